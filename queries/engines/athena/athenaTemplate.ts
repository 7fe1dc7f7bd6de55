import type { Registry } from '../../../model/index.js';
import { PLACEHOLDER, renderReport } from '../../reports/parameters.js';
import type { Report } from '../../reports/Report.js';
import { type ParameterValue, readParameter } from '../../reports/readParameter.js';
import { withViews } from '../trino/withViews.js';
import type { AthenaTables } from './athenaTables.js';
import { athenaViews, type ConfiguredRows } from './athenaViews.js';

/** What a template is made with. */
export interface AthenaTemplateOptions extends ConfiguredRows {
  readonly tables: AthenaTables;
  readonly registry: Registry;
  /** SQL that stands where a value would: by `window.start` or `service`, as the report names it. */
  readonly fragments: Readonly<Record<string, string>>;
  /** What is asked of the report's rows, which are called `r`: `select rank from {rows}`. */
  readonly projection?: string;
}

/**
 * A report's statement for Athena with SQL of another program's where its values would stand, for tools that fill in time and
 * variables themselves. What no fragment stands for has its default. Throws INTERNAL for a value that has neither.
 */
export function athenaTemplate(report: Report, options: AthenaTemplateOptions): string {
  const { tables, fragments, projection, ...configured } = options;
  const sql = report.sql.replace(PLACEHOLDER, (placeholder, name: string, part?: string) => {
    const fragment = fragments[part === undefined ? name : `${name}.${part}`];
    return fragment ?? placeholder;
  });
  const values: Record<string, ParameterValue> = {};
  for (const parameter of report.params) {
    if (parameter.default !== undefined) values[parameter.name] = readParameter(parameter, String(parameter.default));
  }
  const rows = renderReport({ ...report, sql }, values);
  const asked = projection === undefined ? rows : projection.replace('{rows}', () => `(\n${rows.trim()}\n) r`);
  return withViews(asked, athenaViews(tables, configured));
}
