/**
 * Column types, in engine-neutral words. Each engine's DDL is generated from them; nested types are spelled as objects.
 * `timestamp` has millisecond precision and no zone: it is always UTC (engines.md: Trino rounds what is finer).
 */
export type ColumnType =
  | 'varchar'
  | 'bigint'
  | 'integer'
  | 'double'
  | 'timestamp'
  | 'date'
  | { readonly decimal: readonly [precision: number, scale: number] }
  | { readonly array: ColumnType }
  | { readonly map: readonly [ColumnType, ColumnType] }
  | { readonly struct: readonly Column[] };

/** One column of a table: defined once, here; readers, DDL and the docs table are generated. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
}
