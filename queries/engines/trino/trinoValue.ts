import { AppError } from '../../../model/index.js';
import type { Value } from '../Engine.js';

/** Reads a value of one column, as `parseExactJson` left it. */
export type ValueReader = (raw: unknown) => Value;

const asText: ValueReader = (raw) => String(raw);
const asNumber: ValueReader = (raw) => Number(raw);
const asBigInt: ValueReader = (raw) => BigInt(String(raw));

const READERS: ReadonlyMap<string, ValueReader> = new Map([
  ['boolean', (raw: unknown) => raw === true],
  ['tinyint', asNumber],
  ['smallint', asNumber],
  ['integer', asNumber],
  ['bigint', asBigInt],
  ['real', asNumber],
  ['double', asNumber],
  ['date', asText],
  ['unknown', () => null],
]);

/**
 * How values of a declared type are read, without loss: BIGINT and whole DECIMAL as bigint, other DECIMAL as exact text,
 * timestamps as ISO text in UTC with milliseconds, as every engine of this project gives them. Throws ENGINE_UNAVAILABLE for
 * a type no report may return: the engines do not show it alike.
 */
export function valueReader(column: { readonly name: string; readonly type: string }): ValueReader {
  const read = readerOf(column.type);
  if (read === undefined) {
    throw new AppError('ENGINE_UNAVAILABLE', 'a column of a type that cannot be compared between engines', {
      where: column.name,
      expected: 'text, a number, a boolean, a date or a timestamp',
      got: column.type,
      hint: 'cast it in the statement',
    });
  }
  return (raw) => (raw === null || raw === undefined ? null : read(raw));
}

function readerOf(type: string): ValueReader | undefined {
  const [base = ''] = type.split('(');
  if (base === 'varchar' || base === 'char') return asText;
  if (base === 'decimal') return /,\s*0\)$/.test(type) || !type.includes(',') ? asBigInt : asText;
  if (base === 'timestamp') return type.endsWith('with time zone') ? zonedInstant : instantOfUtc;
  return READERS.get(type);
}

const instantOfUtc: ValueReader = (raw) => {
  const match = /^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?$/.exec(String(raw));
  if (match === null) throw unreadable(raw);
  const [, day = '', time = '', fraction = '.'] = match;
  return `${day}T${time}${fraction.slice(0, 4).padEnd(4, '0')}Z`;
};

/** The session is in UTC: another zone can only come from a literal or a conversion, which the statement should cast away. */
const zonedInstant: ValueReader = (raw) => {
  const text = String(raw);
  if (!text.endsWith(' UTC')) throw unreadable(raw);
  return instantOfUtc(text.slice(0, -' UTC'.length));
};

const unreadable = (raw: unknown): AppError =>
  new AppError('ENGINE_UNAVAILABLE', 'Trino sent a timestamp that cannot be read', {
    expected: 'a timestamp in UTC',
    got: JSON.stringify(raw),
    hint: 'cast it to timestamp in the statement',
  });
