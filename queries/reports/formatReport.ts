import { formatHtml } from './formats/formatHtml.js';
import { formatMarkdown } from './formats/formatMarkdown.js';
import { formatTable, type Paint } from './formats/formatTable.js';
import { jsonEnvelope } from './formats/jsonEnvelope.js';
import { ROW_FORMATS, type RowFormat, rowsHead, rowsText } from './formats/rowFormats.js';
import type { ReportResult } from './ReportResult.js';

/** The forms a report can be written in as text. */
export const TEXT_FORMATS = ['table', ...ROW_FORMATS, 'json', 'markdown', 'html'] as const;

/** The forms a report can be written in; `parquet` is no text, and goes to a file (`writeParquet`). */
export const FORMATS = [...TEXT_FORMATS, 'parquet'] as const;

/** A form a report can be written in. */
export type ReportFormat = (typeof FORMATS)[number];

/** A form a report can be written in as text. */
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** True for a form that carries rows only: what else there is to say goes elsewhere. */
export function isRowFormat(format: ReportFormat): format is RowFormat {
  return ROW_FORMATS.some((each) => each === format);
}

/** True for the name of a form that is text. */
export function isTextFormat(text: string): text is TextFormat {
  return TEXT_FORMATS.some((each) => each === text);
}

/** Writes a report as text. `paint` gives a table its style on a terminal. */
export function formatReport(result: ReportResult, format: TextFormat, paint?: Paint): string {
  switch (format) {
    case 'json':
      return jsonEnvelope(result);
    case 'markdown':
      return formatMarkdown(result);
    case 'html':
      return formatHtml(result);
    case 'table':
      return formatTable(result, paint);
    default:
      return rowsHead(result.columns, format) + rowsText(result.columns, result.rows, format);
  }
}
