import { AppError } from '../../../model/index.js';
import type { ParameterValues } from '../parameters.js';
import type { Report } from '../Report.js';
import { mergeParts } from './mergeParts.js';

/**
 * The values of a report once for each batch of its tenants that one statement may name; the values as they are when one
 * statement can name them all. Throws PARAMETER_INVALID, with the reason, for a report whose batches cannot be merged.
 */
export function tenantBatches(
  report: Report,
  values: ParameterValues,
  longest: number = Number.POSITIVE_INFINITY,
): readonly ParameterValues[] {
  const name = report.params.find(({ type }) => type === 'tenant_ids')?.name;
  const list = name === undefined ? undefined : values[name];
  if (name === undefined || !Array.isArray(list) || list.length <= longest) return [values];
  if (mergeParts(report) === undefined) {
    throw new AppError('PARAMETER_INVALID', `${report.name} reads more tenants than one statement may name`, {
      where: `--param ${name}`,
      expected: `at most ${longest} tenants`,
      got: String(list.length),
      hint: `it is not read in batches: ${report.merge?.never ?? 'its header does not say how they merge'}`,
    });
  }
  const batches: ParameterValues[] = [];
  for (let at = 0; at < list.length; at += longest) batches.push({ ...values, [name]: list.slice(at, at + longest) });
  return batches;
}
