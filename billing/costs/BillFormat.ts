import type { BillLine, CostBasis } from './BillLine.js';
import type { BillRow } from './BillRow.js';

/** A kind of bill, recognised by its columns. */
export interface BillFormat {
  readonly name: string;
  /** True for columns that no other kind has. */
  recognises(columns: readonly string[]): boolean;
  /** Columns it must have for a choice of cost. */
  required(basis: CostBasis): readonly string[];
  /** Columns that are read where they are there. */
  optional(basis: CostBasis): readonly string[];
  /** One line. Throws INPUT_INVALID with its place. */
  read(row: BillRow, basis: CostBasis): BillLine;
}
