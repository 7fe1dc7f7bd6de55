import { readFileSync } from 'node:fs';
import type { Value } from '../../../../queries/engines/Engine.js';
import { valueReader } from '../../../../queries/engines/trino/trinoValue.js';

/** A statement, and what Trino 476 answers to it. Without an answer it proves nothing. */
export interface Fixture {
  readonly group: string;
  readonly sql: string;
  readonly trino:
    | { readonly rows: readonly (readonly unknown[])[]; readonly types: readonly string[] }
    | { readonly error: string };
}

const read = <T>(name: string): readonly T[] =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

/** Statements of what reports may use. README.md beside this file says where they come from. */
export const CONFORMANCE = read<Fixture>('conformance.ndjson');

/** Statements to which DuckDB, its macros loaded, gives another answer than Trino. */
export const DIFFERING = read<Pick<Fixture, 'group' | 'sql'>>('differing.ndjson');

/** Rows as one text each, with their types; sorted where the statement leaves their order open. */
export function asTexts(sql: string, rows: readonly (readonly Value[])[]): readonly string[] {
  const texts = rows.map((row) => row.map((value) => `${typeof value} ${String(value)}`).join(' | '));
  return /\border\s+by\b(?![\s\S]*\))/i.test(sql) ? texts : texts.sort();
}

/** What Trino answered, as the engines of this project give values. */
export function recorded({ sql, trino }: Fixture): readonly string[] | 'an error' {
  if ('error' in trino) return 'an error';
  const readers = trino.types.map((type, index) => valueReader({ name: `column ${index}`, type }));
  return asTexts(
    sql,
    trino.rows.map((row) => row.map((raw, index) => readers[index]?.(raw) ?? null)),
  );
}
