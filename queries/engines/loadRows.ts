import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';
import { AppError } from '../../model/index.js';
import type { Rows, Value } from './QueryResult.js';

/** A column of a table that rows are loaded into; its type as SQL writes it: `bigint`, `decimal(38,6)`, `timestamp`. */
export interface RowColumn {
  readonly name: string;
  readonly type: string;
}

type Append = (appender: DuckDBAppender, value: Exclude<Value, null>) => void;

const DAY_MS = 86_400_000;

/**
 * Makes a table of a DuckDB and puts rows into it, each value as its column's type, exactly: what does not fit is refused,
 * never rounded. Throws ENGINE_UNAVAILABLE naming the column.
 */
export async function loadRows(
  connection: DuckDBConnection,
  table: string,
  columns: readonly RowColumn[],
  batches: Iterable<Rows> | AsyncIterable<Rows>,
): Promise<void> {
  const kinds = columns.map(({ name, type }) => kindOf(name, type));
  const list = columns.map(({ name }, index) => `${quoted(name)} ${kinds[index]?.ddl}`).join(', ');
  await connection.run(`create table ${quoted(table)} (${list})`);
  const appender = await connection.createAppender(table);
  for await (const rows of batches) {
    for (const row of rows) {
      for (const [index, { append }] of kinds.entries()) {
        const value = row[index] ?? null;
        if (value === null) appender.appendNull();
        else append(appender, value);
      }
      appender.endRow();
    }
    appender.flushSync();
  }
  appender.closeSync();
}

/** A name as DuckDB takes any. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function kindOf(name: string, type: string): { readonly ddl: string; readonly append: Append } {
  const [, base = '', width, scale] = /^([a-z]+)(?:\s*\((\d+)(?:,\s*(\d+))?\))?$/.exec(type) ?? [];
  const unfit = (value: Value, expected: string): AppError =>
    new AppError('ENGINE_UNAVAILABLE', 'a value does not fit its column', {
      where: name,
      expected,
      got: JSON.stringify(String(value).slice(0, 80)),
    });
  switch (base) {
    case 'varchar':
    case 'char':
    case 'string':
      return { ddl: 'varchar', append: (to, value) => to.appendVarchar(String(value)) };
    case 'boolean':
      return { ddl: 'boolean', append: (to, value) => to.appendBoolean(value === true) };
    case 'integer':
    case 'int':
    case 'smallint':
    case 'tinyint':
      return { ddl: 'integer', append: (to, value) => to.appendInteger(Number(value)) };
    case 'bigint':
      return { ddl: 'bigint', append: (to, value) => to.appendBigInt(integerOf(value, unfit)) };
    case 'hugeint':
      return { ddl: 'hugeint', append: (to, value) => to.appendHugeInt(integerOf(value, unfit)) };
    case 'double':
    case 'real':
    case 'float':
      return { ddl: 'double', append: (to, value) => to.appendDouble(Number(value)) };
    case 'decimal': {
      const [digits, fraction] = [Number(width ?? 38), Number(scale ?? 0)];
      const append: Append = (to, value) =>
        to.appendDecimal(new DuckDBDecimalValue(unscaled(value, digits, fraction, unfit), digits, fraction));
      return { ddl: `decimal(${digits}, ${fraction})`, append };
    }
    case 'date':
      return {
        ddl: 'date',
        append: (to, value) => {
          const ms = instantOf(value, /^\d{4}-\d{2}-\d{2}$/, unfit, 'a date');
          to.appendDate(new DuckDBDateValue(ms / DAY_MS));
        },
      };
    case 'timestamp':
      return {
        ddl: 'timestamp',
        append: (to, value) => {
          const ms = instantOf(value, /^[-+\d]+-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, unfit, 'an instant in UTC');
          to.appendTimestamp(new DuckDBTimestampValue(BigInt(ms) * 1000n));
        },
      };
    default:
      throw new AppError('ENGINE_UNAVAILABLE', 'a column of a type that cannot be kept', {
        where: name,
        expected: 'text, a number, a boolean, a date or a timestamp',
        got: type,
        hint: 'cast it in the statement',
      });
  }
}

type Unfit = (value: Value, expected: string) => AppError;

function integerOf(value: Exclude<Value, null>, unfit: Unfit): bigint {
  const text = String(value);
  if (!/^-?\d+$/.test(text)) throw unfit(value, 'a whole number');
  return BigInt(text);
}

function unscaled(value: Exclude<Value, null>, digits: number, scale: number, unfit: Unfit): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  const exact = whole !== '' && !/[1-9]/.test(fraction.slice(scale));
  const all = BigInt(`${whole || '0'}${fraction.slice(0, scale).padEnd(scale, '0')}`);
  if (!exact || all >= 10n ** BigInt(digits)) throw unfit(value, `a decimal(${digits},${scale})`);
  return sign === '-' ? -all : all;
}

function instantOf(value: Exclude<Value, null>, form: RegExp, unfit: Unfit, expected: string): number {
  const ms = form.test(String(value)) ? Date.parse(String(value)) : Number.NaN;
  if (Number.isNaN(ms)) throw unfit(value, expected);
  return ms;
}
