import { stringify } from 'csv-stringify/sync';
import type { Value } from '../engines/Engine.js';
import { isWindow } from './parameters.js';
import type { ReportResult } from './runReport.js';

/** The forms a report can be written in. */
export const FORMATS = ['table', 'csv', 'tsv', 'json', 'ndjson', 'markdown'] as const;

/** A form a report can be written in. */
export type ReportFormat = (typeof FORMATS)[number];

/** Writes a report. JSON carries integers beyond 2^53 and decimals as text, so that no reader rounds them. */
export function formatReport(result: ReportResult, format: ReportFormat): string {
  switch (format) {
    case 'csv':
      return stringify([result.columns, ...result.rows.map(plain)], { record_delimiter: '\r\n' });
    case 'tsv':
      return stringify([result.columns, ...result.rows.map(plain)], { delimiter: '\t' });
    case 'json':
      return `${JSON.stringify(envelope(result), null, 2)}\n`;
    case 'ndjson':
      return result.rows.map((row) => `${JSON.stringify(asObject(result.columns, row))}\n`).join('');
    case 'markdown':
      return markdown(result);
    default:
      return table(result);
  }
}

function envelope(result: ReportResult): unknown {
  const params = Object.fromEntries(
    Object.entries(result.params).map(([name, value]) => [
      name,
      isWindow(value) ? { start: new Date(value.start).toISOString(), end: new Date(value.end).toISOString() } : value,
    ]),
  );
  const { report, columns, rows, stats, warnings } = result;
  return {
    report,
    params,
    columns: columns.map((name) => ({ name })),
    rows: rows.map((row) => row.map(jsonValue)),
    stats,
    warnings,
  };
}

const plain = (row: readonly Value[]): (string | number | boolean | null)[] =>
  row.map((value) => (typeof value === 'bigint' ? String(value) : value));

function jsonValue(value: Value): string | number | boolean | null {
  if (typeof value !== 'bigint') return value;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : String(value);
}

function asObject(columns: readonly string[], row: readonly Value[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((name, index) => [name, jsonValue(row[index] ?? null)]));
}

/** What people read: shares as percent, at most three decimals; the exact figures are in the other forms. */
function cell(name: string, value: Value): string {
  if (value === null) return '-';
  if (/share/.test(name)) return `${(Number(value) * 100).toFixed(1)} %`;
  if (name === 'times_peer_median') return Number(value).toFixed(1);
  if (name === 'amount')
    return Number(value)
      .toFixed(4)
      .replace(/\.0000$/, '');
  return visible(String(value));
}

/** Controls and marks that turn the direction of text. */
const HIDDEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Log lines are a tenant's words: written raw, an escape sequence in one would act on the operator's terminal. */
const visible = (text: string): string =>
  text.replace(HIDDEN, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

const heading = (name: string): string => name.replaceAll('_', ' ');

function footer(result: ReportResult): string[] {
  const windows = Object.values(result.params).filter(isWindow);
  const window = windows[0];
  const span = window === undefined ? '' : `window ${short(window.start)} to ${short(window.end)} UTC; `;
  const through = result.stats.data_through;
  const data = through === null ? 'no data' : `data through ${short(Date.parse(through))} UTC`;
  return [
    `${span}${data}; completeness ${result.stats.completeness}`,
    ...result.warnings.map((warning) => `warning: ${warning}`),
  ];
}

const short = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

function table(result: ReportResult): string {
  const texts = [
    result.columns.map(heading),
    ...result.rows.map((row) => row.map((value, index) => cell(result.columns[index] ?? '', value))),
  ];
  const widths = result.columns.map((_, index) => Math.max(...texts.map((row) => row[index]?.length ?? 0)));
  const numeric = result.columns.map((_, index) => texts.slice(1).every((row) => /^[-$\d]/.test(row[index] ?? '-')));
  const lines = texts.map((row) =>
    row
      .map((text, index) =>
        numeric[index] === true ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const body = result.rows.length === 0 ? ['nothing in this window'] : [];
  return [result.title, ...lines, ...body, ...footer(result)].join('\n');
}

function markdown(result: ReportResult): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  const rows = result.rows.map((values) => row(values.map((value, index) => cell(result.columns[index] ?? '', value))));
  return [
    `### ${result.title}`,
    '',
    row(result.columns.map(heading)),
    row(result.columns.map(() => '---')),
    ...rows,
    '',
    ...footer(result),
  ].join('\n');
}
