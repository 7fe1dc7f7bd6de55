import type { ReportResult } from '../ReportResult.js';
import { cellText, heading } from './cellText.js';
import { reportNotes } from './reportNotes.js';

/** A report as a Markdown table. */
export function formatMarkdown({ title, columns, rows, params, stats, warnings }: ReportResult): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    `### ${escaped(title)}`,
    '',
    line(columns.map(({ name }) => heading(name))),
    `|${columns.map(() => ' --- |').join('')}`,
    ...rows.map((row) => line(columns.map((column, index) => cellText(column, row[index] ?? null)))),
    '',
    ...reportNotes({ params, stats }).map((note) => `${note}  `),
    ...warnings.map((warning) => `warning: ${escaped(warning)}  `),
  ].join('\n');
}

/** A tenant's words are text: no markup of theirs may become part of the page that shows them. */
const escaped = (text: string): string => text.replace(/[\\|`*_[\]<>~&]/g, '\\$&');
