import { COMPLETENESS_COLUMNS } from '../completeness/deriveCompleteness.js';
import { PART_COLUMNS } from './deriveParts.js';
import { QUOTA_USE_COLUMNS } from './deriveQuota.js';
import { SHARE_COLUMNS } from './deriveShare.js';
import { scaleOf } from './exactAmounts.js';
import type { Report } from './Report.js';

/** A column of an answer, as its reader gets it. */
export interface ReportColumn {
  readonly name: string;
  /** As SQL writes it: `decimal(38,6)`, `bigint`, `varchar`. */
  readonly type: string;
  /** Empty when it has none, or when another column of the row says it. */
  readonly unit: string;
}

/**
 * The columns of a report's answer with type and unit, from its header. What the header does not declare has the type the
 * engine says, else text.
 */
export function reportColumns(
  report: Report,
  answered: readonly string[],
  types: readonly string[] | undefined,
): readonly ReportColumn[] {
  if (report.derive === 'share') return SHARE_COLUMNS;
  if (report.derive === 'completeness') return COMPLETENESS_COLUMNS;
  if (report.derive === 'quota') return QUOTA_USE_COLUMNS;
  if (report.derive === 'parts') return PART_COLUMNS;
  return answered.map((name, index) => {
    const declared = report.columns.find((column) => column.name === name);
    const scale = scaleOf(name);
    const asked = types?.[index];
    if (scale !== undefined) {
      return { name: scale.name, type: `decimal(38,${scale.decimals})`, unit: scale.unit(declared?.unit ?? '') };
    }
    // Only the engine knows how many digits a decimal has.
    const vague = declared === undefined || declared.type === 'decimal';
    return {
      name,
      type: (vague ? asked : declared.type) ?? declared?.type ?? 'varchar',
      unit: declared?.unit ?? '',
    };
  });
}

/** Says so when a report answers other columns than its header declares, whose types and units then are not known. */
export function undeclaredColumns(report: Report, answered: readonly string[]): readonly string[] {
  const declared = report.columns.map(({ name }) => name);
  if (declared.join(' ') === answered.join(' ')) return [];
  return [
    `${report.name} declares the columns ${declared.join(', ')} and answers ${answered.join(', ')}: mend its header`,
  ];
}
