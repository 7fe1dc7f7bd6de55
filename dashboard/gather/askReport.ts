import type { Window } from '../../model/index.js';
import { type Engine, findReport, parseParameters, type ReportResult, runReport } from '../../queries/index.js';

/** One row of a report's answer, by column. */
export interface ReportRow {
  /** The value as text; empty where it is null. */
  text(column: string): string;
  number(column: string): number;
  /** The same, null where it is null. */
  some(column: string): number | null;
}

/**
 * Runs a saved report as `report run` does, so that the page's numbers are the report's own. How complete its window is, a page
 * tells once for all that stand on it.
 */
export async function askReport(
  engine: Engine,
  name: string,
  pairs: readonly string[],
  window: Window,
): Promise<{ readonly rows: readonly ReportRow[]; readonly result: ReportResult }> {
  const report = findReport(name);
  const result = await runReport(engine, report, parseParameters(report, pairs, { window }), {
    unjudged: true,
  });
  const places = new Map(result.columns.map((column, place) => [column.name, place]));
  const rows = result.rows.map((row): ReportRow => {
    const at = (column: string) => row[places.get(column) ?? -1] ?? null;
    return {
      text: (column) => String(at(column) ?? ''),
      number: (column) => Number(at(column) ?? 0),
      some: (column) => (at(column) === null ? null : Number(at(column))),
    };
  });
  return { rows, result };
}
