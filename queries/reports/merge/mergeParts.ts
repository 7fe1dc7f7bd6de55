import type { Report } from '../Report.js';
import { joinStatement, splitStatement } from './splitStatement.js';

/** A report's statement in two: what is asked once a batch of tenants, and what is asked of all batches' rows together. */
export interface MergeParts {
  /** The table both halves know: the first half answers its rows, the second reads them. */
  readonly table: string;
  readonly batch: string;
  readonly final: string;
}

/** The halves of a report that declares where it can be cut; undefined when it does not, or names no table of its statement. */
export function mergeParts(report: Report): MergeParts | undefined {
  const after = report.merge?.after;
  const statement = splitStatement(report.sql);
  const cut = statement?.tables.findIndex(({ name }) => name === after) ?? -1;
  if (after === undefined || statement === undefined || cut < 0) return undefined;
  const { tables, query } = statement;
  return {
    table: after,
    batch: joinStatement({ tables: tables.slice(0, cut + 1), query: `select * from ${after}` }),
    final: joinStatement({ tables: tables.slice(cut + 1), query }),
  };
}
