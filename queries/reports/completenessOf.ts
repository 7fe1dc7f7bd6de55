import { RESERVED_TENANTS, type Window } from '../../model/index.js';
import { describeCompleteness } from '../completeness/describeCompleteness.js';
import type { Engine } from '../engines/Engine.js';
import { isWindow, type ParameterValues } from './parameters.js';
import type { Report } from './Report.js';

/**
 * How complete the data is that a report's answer was made of, in words that every output carries: of the tenants it was
 * asked for, else of all. A tenant's usage is printed by its own pods and by shared services; a principal of one tenant is
 * told of its own only.
 */
export async function completenessOf(engine: Engine, report: Report, values: ParameterValues): Promise<string> {
  const window = Object.values(values).find(isWindow);
  if (window === undefined) return 'not judged: the report has no window';
  const read = report.sql.includes('.before}}') ? withWindowBefore(window) : window;
  return describeCompleteness(engine, read, tenantsOf(engine, report, values));
}

const withWindowBefore = ({ start, end }: Window): Window => ({ start: 2 * start - end, end });

/** Whose lines the answer was made of; undefined for everyone's. */
function tenantsOf(engine: Engine, report: Report, values: ParameterValues): readonly string[] | undefined {
  if (engine.tenant !== undefined) return [engine.tenant];
  const named = report.params
    .filter(({ type }) => type === 'tenant_id' || type === 'tenant_ids')
    .flatMap(({ name }) => values[name] ?? [])
    .filter((value) => typeof value === 'string');
  if (named.length === 0) return undefined;
  return report.table === 'ledger' ? [...named, RESERVED_TENANTS.shared] : named;
}
