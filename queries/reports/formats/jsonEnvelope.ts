import { isWindow, type ParameterValues } from '../parameters.js';
import type { ReportResult } from '../ReportResult.js';
import { jsonValue } from './rowFormats.js';

/** A report as one JSON document: what was asked, the columns with type and unit, the rows, and what they are worth. */
export function jsonEnvelope(result: ReportResult): string {
  const { report, params, columns, rows, stats, warnings } = result;
  const envelope = {
    report,
    params: jsonParameters(params),
    columns,
    rows: rows.map((row) => row.map(jsonValue)),
    stats: { ...stats, bytes_scanned: jsonValue(stats.bytes_scanned) },
    warnings,
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

/** Parameters as JSON carries them: windows as ISO instants. */
export function jsonParameters(params: ParameterValues): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      isWindow(value) ? { start: new Date(value.start).toISOString(), end: new Date(value.end).toISOString() } : value,
    ]),
  );
}
