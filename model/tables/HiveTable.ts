import type { Column } from './Column.js';

/** How an engine knows the values of a partition column that no catalogue lists: Athena's partition projection, which Trino reads, too. */
export type Projection =
  /** Whatever values a statement names, as `=` or `in` of literals. A statement that names none is refused. */
  | { readonly type: 'injected' }
  /** Every UTC day of a range, both ends included: days, or `NOW+1DAYS` as Athena writes it. A day outside is empty, in silence. */
  | { readonly type: 'date'; readonly range: readonly [first: string, last: string] };

/** A partition column, and how its values are found. */
export type PartitionColumn = Column & { readonly projection: Projection };

/** An external table over a folder of the lake, in the words that Hive, Glue, Athena and Trino share. */
export interface HiveTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Folders `name=value/` below the location, in this order. */
  readonly partitions: readonly PartitionColumn[];
  /** URI of the folder, without a slash at its end. */
  readonly location: string;
  /** `json`: one object a line; keys are matched whatever their case. */
  readonly format: 'parquet' | 'json';
}
