import { decimalFromMicros } from '../../model/index.js';
import type { Engine, QueryResult } from '../engines/Engine.js';
import { watermark } from '../ledger/watermark.js';
import { deriveShare } from './deriveShare.js';
import { type ParameterValues, renderReport } from './parameters.js';
import type { Report } from './Report.js';

/** The answer to a saved report, with what is needed to judge it. */
export interface ReportResult extends QueryResult {
  readonly report: string;
  readonly title: string;
  readonly params: ParameterValues;
  readonly stats: { readonly data_through: string | null; readonly completeness: string };
  readonly warnings: readonly string[];
}

/** Runs a saved report. Throws LAKE_EMPTY's message as a warning, never a wrong number: an unbooked ledger says so. */
export async function runReport(engine: Engine, report: Report, values: ParameterValues): Promise<ReportResult> {
  const { dataThrough } = await watermark(engine);
  const raw = await engine.query(renderReport(report, values));
  const top = typeof values.top === 'number' ? values.top : raw.rows.length;
  const result = report.derive === 'share' ? deriveShare(raw, top) : quantitiesAsDecimals(raw);
  const warnings: string[] = [];
  if (dataThrough === null) warnings.push('the ledger has no booking yet; run: tenantscope ledger build');
  for (const value of Object.values(values)) {
    if (typeof value === 'object' && dataThrough !== null && value.end > dataThrough) {
      warnings.push(
        `the window ends after the data does (${new Date(dataThrough).toISOString()}): its last hours are not complete`,
      );
    }
  }
  return {
    ...result,
    report: report.name,
    title: report.title,
    params: values,
    stats: {
      data_through: dataThrough === null ? null : new Date(dataThrough).toISOString(),
      completeness: 'declared: imported files carry no heartbeats',
    },
    warnings,
  };
}

function quantitiesAsDecimals(result: QueryResult): QueryResult {
  const at = result.columns.indexOf('quantity_micros');
  if (at < 0) return result;
  return {
    columns: result.columns.map((name) => (name === 'quantity_micros' ? 'quantity' : name)),
    rows: result.rows.map((row) =>
      row.map((value, index) => (index === at ? decimalFromMicros(BigInt(String(value))) : value)),
    ),
  };
}
