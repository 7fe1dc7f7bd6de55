import { humanInstant, type ReportSchedule, type Window } from '../../model/index.js';
import type { Value } from '../engines/Engine.js';
import { formatReport } from '../reports/formatReport.js';
import type { ReportResult } from '../reports/ReportResult.js';
import type { Delivery } from './Delivery.js';
import { stampOf } from './ScheduleState.js';

/** Rows a mail shows; all of them are in the file. */
const MAIL_ROWS = 50;

const FILES: Readonly<Record<ReportSchedule['format'], readonly [ending: string, contentType: string]>> = {
  table: ['txt', 'text/plain; charset=utf-8'],
  csv: ['csv', 'text/csv; charset=utf-8'],
  tsv: ['tsv', 'text/tab-separated-values; charset=utf-8'],
  json: ['json', 'application/json'],
  ndjson: ['ndjson', 'application/x-ndjson'],
  markdown: ['md', 'text/markdown; charset=utf-8'],
  html: ['html', 'text/html; charset=utf-8'],
};

/** One report as it goes out. `mail` is the same with the file that mails attach. */
export interface RenderedDelivery {
  readonly plain: Delivery;
  readonly mail: Delivery;
}

/**
 * Writes a report for its targets. The file of a mail is opened in a spreadsheet, where a text that begins like a formula would
 * be one: there such texts get a quote before them, numbers never do. Files in folders and buckets are read by programs and
 * stay exact.
 */
export function renderDelivery(schedule: ReportSchedule, window: Window, result: ReportResult): RenderedDelivery {
  const [ending, contentType] = FILES[schedule.format];
  const span = `${humanInstant(window.start)} to ${humanInstant(window.end)} UTC`;
  const shown = { ...result, rows: result.rows.slice(0, MAIL_ROWS) };
  const more =
    result.rows.length > MAIL_ROWS ? `the first ${MAIL_ROWS} of ${result.rows.length} rows; all are in the file` : '';
  const plain: Delivery = {
    fileName: `${schedule.name}-${stampOf(window.start)}_${stampOf(window.end)}.${ending}`,
    contentType,
    content: Buffer.from(withEnd(formatReport(result, schedule.format))),
    // A line end in a subject would begin another header.
    subject: `${result.title}: ${span}`.replace(/[\p{Cc}\u2028\u2029]/gu, ' '),
    text: withEnd([formatReport(shown, 'table'), more].filter(Boolean).join('\n')),
    html: htmlOf(shown, span, more),
  };
  const guarded = schedule.format === 'csv' || schedule.format === 'tsv';
  const mail = guarded
    ? {
        ...plain,
        content: Buffer.from(
          withEnd(formatReport({ ...result, rows: result.rows.map((row) => row.map(guard)) }, schedule.format)),
        ),
      }
    : plain;
  return { plain, mail };
}

const withEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

/** What OWASP names as the beginnings of a formula. */
function guard(value: Value): Value {
  if (typeof value !== 'string' || !/^[=+\-@\t\r]/.test(value) || /^-?\d+(?:\.\d+)?$/.test(value)) return value;
  return `'${value}`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');

function htmlOf(result: ReportResult, span: string, more: string): string {
  const cells = (tag: string, values: readonly (Value | string)[]): string =>
    values
      .map(
        (value) =>
          `<${tag} style="padding:2px 8px;text-align:left">${escaped(value === null ? '-' : String(value))}</${tag}>`,
      )
      .join('');
  const rows = result.rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  const notes = [more, ...result.warnings.map((warning) => `warning: ${warning}`)].filter(Boolean);
  return `<!doctype html><html><body style="font-family:sans-serif">
<h3>${escaped(result.title)}</h3>
<p>${escaped(span)}; data through ${escaped(result.stats.data_through ?? 'nothing')}; completeness ${escaped(result.stats.completeness)}</p>
<table style="border-collapse:collapse"><thead><tr>${cells(
    'th',
    result.columns.map(({ name }) => name.replaceAll('_', ' ')),
  )}</tr></thead>
<tbody>
${rows}
</tbody></table>
${notes.map((text) => `<p>${escaped(text)}</p>`).join('\n')}
</body></html>
`;
}
