import type { Engine } from '../engines/Engine.js';
import type { ParameterValues } from './parameters.js';
import type { Report } from './Report.js';

/** What is known of how complete a report's answer is, in words that every output carries. */
export async function completenessOf(_engine: Engine, _report: Report, _values: ParameterValues): Promise<string> {
  return 'declared: imported files carry no heartbeats';
}
