import { stringify } from 'csv-stringify/sync';
import type { Rows, Value } from '../../engines/QueryResult.js';
import type { ReportColumn } from '../reportColumns.js';

/** The forms that carry rows and nothing else, so that they can be written as the rows come. */
export const ROW_FORMATS = ['csv', 'tsv', 'ndjson'] as const;

/** A form that carries rows and nothing else. */
export type RowFormat = (typeof ROW_FORMATS)[number];

/** What stands before the rows: the names of the columns; nothing in ndjson. */
export function rowsHead(columns: readonly ReportColumn[], format: RowFormat): string {
  return format === 'ndjson' ? '' : delimited([columns.map(({ name }) => name)], format);
}

/** Some rows. JSON carries integers beyond 2^53 and decimals as text, so that no reader rounds them. */
export function rowsText(columns: readonly ReportColumn[], rows: Rows, format: RowFormat): string {
  if (format !== 'ndjson') return delimited(rows, format);
  const names = columns.map(({ name }) => name);
  return rows
    .map(
      (row) => `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, jsonValue(row[at] ?? null)])))}\n`,
    )
    .join('');
}

/** A value as JSON carries it. */
export function jsonValue(value: Value): string | number | boolean | null {
  // JSON has no infinity and no NaN; as null they would read as nothing known.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'bigint') return value;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : String(value);
}

/** RFC 4180 with CRLF, or the same with tabs and LF. */
function delimited(rows: Rows, format: 'csv' | 'tsv'): string {
  const texts = rows.map((row) =>
    row.map((value) => (typeof value === 'string' ? value : value === null ? null : String(value))),
  );
  return stringify(
    texts,
    format === 'csv' ? { record_delimiter: '\r\n' } : { delimiter: '\t', record_delimiter: '\n' },
  );
}
