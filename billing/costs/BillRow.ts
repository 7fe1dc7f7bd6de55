import { AppError } from '../../model/index.js';
import { exactCost } from './exactCost.js';

/** One row of a bill's file by the names of its columns. */
export class BillRow {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #record: readonly (string | null)[];
  /** File and line, or file and row of a Parquet file. */
  readonly where: string;

  /** @param columns where each column stands in the record */
  constructor(columns: ReadonlyMap<string, number>, record: readonly (string | null)[], where: string) {
    this.#columns = columns;
    this.#record = record;
    this.where = where;
  }

  /** What stands in a column; undefined for nothing, and for a column that is not there. */
  text(column: string): string | undefined {
    const at = this.#columns.get(column);
    const value = at === undefined ? null : this.#record[at];
    return value === null || value === undefined || value === '' ? undefined : value;
  }

  /** Whether the file has a column. */
  has(column: string): boolean {
    return this.#columns.has(column);
  }

  /** The same as {@link text} where there must be something. Throws INPUT_INVALID. */
  required(column: string, expected: string): string {
    return this.text(column) ?? this.refuse(column, expected);
  }

  /** An amount in 1e-60; undefined for nothing. Throws INPUT_INVALID. */
  amount(column: string): bigint | undefined {
    const text = this.text(column);
    return text === undefined ? undefined : (exactCost(text) ?? this.refuse(column, 'a decimal number'));
  }

  /** The same where the line cannot be understood without it. Throws INPUT_INVALID that says whether the column is there at all. */
  requiredAmount(column: string, why: string): bigint {
    return this.amount(column) ?? this.refuse(column, `a decimal number${why === '' ? '' : `, ${why}`}`);
  }

  /** The first of columns that has an amount. Throws INPUT_INVALID, for the last, when none has. */
  firstAmount(columns: readonly [string, ...string[]], why: string): bigint {
    for (const column of columns) {
      const amount = this.amount(column);
      if (amount !== undefined) return amount;
    }
    return this.requiredAmount(columns.at(-1) ?? columns[0], why);
  }

  /** A time, epoch ms; undefined for nothing. Times without a zone are UTC. Throws INPUT_INVALID. */
  time(column: string): number | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?(?:Z|\+00(?::?00)?| UTC)?)?$/.exec(text);
    const [, day = '', clock = '00:00:00', fraction = ''] = match ?? [];
    const at = Date.parse(`${day}T${clock}${fraction.slice(0, 4)}Z`);
    if (match === null || Number.isNaN(at) || !new Date(at).toISOString().startsWith(day))
      return this.refuse(column, 'a time in UTC such as 2026-11-01T00:00:00Z');
    return at;
  }

  /** The same where there must be one. Throws INPUT_INVALID. */
  requiredTime(column: string): number {
    return this.time(column) ?? this.refuse(column, 'a time in UTC such as 2026-11-01T00:00:00Z');
  }

  /** Throws INPUT_INVALID for what stands in a column. */
  refuse(column: string, expected: string): never {
    const value = this.text(column);
    const got = value === undefined ? (this.#columns.has(column) ? 'nothing' : 'no such column') : quoted(value);
    throw new AppError('INPUT_INVALID', `${column} is not usable`, { where: this.where, expected, got });
  }
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));
