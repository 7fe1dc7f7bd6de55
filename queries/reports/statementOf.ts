import { withStandIns } from '../dialect/index.js';
import { PLACEHOLDER } from './parameters.js';
import type { Report } from './Report.js';

/** A literal of the type that a parameter is rendered as; its value does not matter to a grammar. */
const LITERALS: Readonly<Record<string, string>> = {
  integer: '1',
  lateness: '1',
  date: "'2026-01-01'",
};
const PARTS: Readonly<Record<string, string>> = {
  start: "timestamp '2026-01-01 00:00:00.000'",
  end: "timestamp '2026-01-01 00:00:00.000'",
  before: "timestamp '2026-01-01 00:00:00.000'",
  around_start: "timestamp '2026-01-01 00:00:00.000'",
  around_end: "timestamp '2026-01-01 00:00:00.000'",
  hours: "timestamp '2026-01-01 00:00:00.000'",
  first_dt: "'2026-01-01'",
  last_dt: "'2026-01-01'",
  contains: "'%x%' escape '!'",
};

/** A report's statement with literals of their types in the place of its placeholders, and the way back to its text. */
export function statementOf(report: Report): ReturnType<typeof withStandIns> {
  return withStandIns(report.sql, PLACEHOLDER, (name, part) => {
    if (part !== undefined) return PARTS[part] ?? "'x'";
    const type = report.params.find((parameter) => parameter.name === name)?.type;
    return LITERALS[type ?? ''] ?? "'x'";
  });
}
