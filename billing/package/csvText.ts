/**
 * A line of a CSV file by RFC 4180, ended by CRLF: a null is an empty field, and a field is quoted where it has to be. Texts
 * are not altered, whatever a spreadsheet would make of them.
 */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

function field(value: string | null): string {
  if (value === null) return '';
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const DRIVES_A_SHEET = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * A text as a spreadsheet may show it: what would run as a formula gets an apostrophe in front, and what would hide or
 * reorder text (line ends, control characters, bidirectional marks) is written as `\uNNNN`. Numbers stay numbers.
 */
export function spreadsheetSafe(text: string): string {
  const visible = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return (DRIVES_A_SHEET.test(text) || DRIVES_A_SHEET.test(visible)) && !NUMBER.test(text) ? `'${visible}` : visible;
}
