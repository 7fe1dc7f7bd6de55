import type { Value } from '../../engines/QueryResult.js';
import type { ReportColumn } from '../reportColumns.js';

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** What people read of a value: shares as percent, at most four decimals; the exact figures are in csv, json and the like. */
export function cellText({ name, type, unit }: ReportColumn, value: Value): string {
  if (value === null) return '-';
  const text = String(value);
  if (unit === 'ratio' && NUMBER.test(text)) {
    return name.includes('share') ? `${(Number(text) * 100).toFixed(1)} %` : Number(text).toFixed(1);
  }
  if (name === 'amount' && type.startsWith('decimal') && NUMBER.test(text)) {
    return amountCell(Number(text));
  }
  return visible(text);
}

/** Four decimals; of an amount that is less, two digits, since what was used is not nothing. */
function amountCell(amount: number): string {
  const fixed = amount.toFixed(4);
  if (amount === 0 || Number(fixed) !== 0) return fixed.replace(/\.0000$/, '');
  return amount.toFixed(Math.min(18, 1 - Math.floor(Math.log10(Math.abs(amount)))));
}

/** Controls and marks that turn the direction of text. */
const HIDDEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Log lines are a tenant's words: written raw, an escape sequence in one would act on the operator's terminal. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The name of a column as a heading. */
export const heading = (name: string): string => name.replaceAll('_', ' ');
