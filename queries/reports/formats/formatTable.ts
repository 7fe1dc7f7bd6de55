import type { ReportResult } from '../ReportResult.js';
import { cellText, heading } from './cellText.js';
import { reportNotes } from './reportNotes.js';

/** Puts style on a piece of text; without colour it gives the text back. */
export type Paint = (style: 'bold' | 'dim' | 'yellow', text: string) => string;

const PLAIN: Paint = (_, text) => text;

/** A report as a table in columns of characters, for a terminal. */
export function formatTable({ title, columns, rows, params, stats, warnings }: ReportResult, paint = PLAIN): string {
  const head = columns.map(({ name }) => heading(name));
  const texts = rows.map((row) => columns.map((column, index) => cellText(column, row[index] ?? null)));
  const widths = head.map((text, index) =>
    texts.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), text.length),
  );
  const numeric = head.map((_, index) => texts.every((row) => /^[-$\d]/.test(row[index] ?? '-')));
  const line = (row: readonly string[]): string =>
    row
      .map((text, index) => (numeric[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [
    paint('bold', title),
    paint('bold', line(head)),
    ...texts.map(line),
    ...(rows.length === 0 ? ['nothing in this window'] : []),
    ...reportNotes({ params, stats }).map((note) => paint('dim', note)),
    ...warnings.map((warning) => paint('yellow', `warning: ${warning}`)),
  ].join('\n');
}
