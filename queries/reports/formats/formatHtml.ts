import { createHash } from 'node:crypto';
import { escapeHtml } from '../../../model/index.js';
import { isWindow } from '../parameters.js';
import type { ReportResult } from '../ReportResult.js';
import type { ReportColumn } from '../reportColumns.js';
import { cellText, heading, visible } from './cellText.js';
import { reportNotes } from './reportNotes.js';

const STYLE = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 24px; }
h1 { font-size: 24px; margin: 0 0 8px; }
p, li { margin: 4px 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 16px 0; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 4px 0; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid #8888; vertical-align: top; }
.n { text-align: right; white-space: nowrap; }
.unit { font-weight: normal; }
`;

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * A report as one page that needs nothing else and can load nothing: no script, no address, one style sheet allowed by its
 * hash. Every text in it is escaped, for log lines are a tenant's words.
 */
export function formatHtml({ report, title, columns, rows, params, stats, warnings }: ReportResult): string {
  const given = Object.entries(params).filter(([, value]) => !isWindow(value) && value !== '');
  const head = columns.map((column) => `<th scope="col"${side(column)}>${headingOf(column)}</th>`);
  const body = rows.map(
    (row) =>
      `<tr>${columns.map((column, at) => `<td${side(column)}>${escaped(cellText(column, row[at] ?? null))}</td>`).join('')}</tr>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">`,
    '<meta name="referrer" content="no-referrer">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    ...reportNotes({ params, stats }).map((note) => `<p>${escaped(note)}</p>`),
    ...warnings.map((warning) => `<p role="note">warning: ${escaped(warning)}</p>`),
    '<div class="scroll"><table>',
    `<caption>${escaped([report, ...given.map(([name, value]) => `${name} ${shortened(String(value))}`)].join(', '))}</caption>`,
    `<thead><tr>${head.join('')}</tr></thead>`,
    '<tbody>',
    ...body,
    '</tbody>',
    '</table></div>',
    ...(rows.length === 0 ? ['<p>nothing in this window</p>'] : []),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function headingOf({ name, unit }: ReportColumn): string {
  const text = escaped(heading(name));
  return unit === '' || unit === 'ratio' ? text : `${text} <span class="unit">(${escaped(unit)})</span>`;
}

const side = ({ type }: ReportColumn): string => (/^(?:decimal|bigint|integer|double)/.test(type) ? ' class="n"' : '');

/** A list of a thousand tenants is not what a caption is for. */
const shortened = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);

const escaped = (text: string): string => escapeHtml(visible(text));
