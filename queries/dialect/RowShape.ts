import type { SqlType } from './SqlType.js';

/** A column of a relation. */
export interface ShapeColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** What is known of the rows of a view or query. */
export interface RowShape {
  readonly columns: readonly ShapeColumn[];
  /**
   * Lists of columns, each of which tells any two rows apart. An empty list: there is at most one row. No lists: nothing is
   * known to.
   */
  readonly keys: readonly (readonly string[])[];
  /** Columns that another one decides, by name: rows equal in that one are equal in these. */
  readonly decidedBy?: Readonly<Record<string, string>>;
}
