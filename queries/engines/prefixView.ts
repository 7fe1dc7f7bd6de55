import { LAKE, partitionOf, type UtcDay } from '../../model/index.js';
import type { ObjectIndex } from '../lake/ObjectIndex.js';
import { sqlText } from './sqlText.js';

/** How events are read where files are too many to be named one by one: two prefixes, one date cut, and few exceptions. */
export interface PrefixCut {
  /** Arrival dates before it are read from the compacted prefix; null while everything is read as delivered. */
  readonly cut: UtcDay | null;
  /** Delivered objects of dates before the cut that no compaction took: they came late, or would have gained nothing. */
  readonly late: readonly string[];
  /** Compacted objects of dates that are not before the cut. */
  readonly ahead: readonly string[];
  /** Files that lie where the cut reads, and must not be read: their rows are elsewhere, or past their retention. */
  readonly hidden: readonly string[];
}

/**
 * The cut and its exceptions, so that every row of the lake is read once.
 *
 * @param files the files under both prefixes, by their paths in the lake
 */
export function prefixCut(cut: UtcDay | null, index: ObjectIndex, files: Iterable<string>): PrefixCut {
  const late: string[] = [];
  const ahead: string[] = [];
  const hidden: string[] = [];
  for (const file of files) {
    const compacted = file.startsWith(`${LAKE.compacted}/`);
    const before = cut !== null && (partitionOf(file)?.dt ?? '') < cut;
    const read = compacted ? holdsRows(index, file) : index.whereabouts(file).state === 'delivered';
    const byPrefix = compacted === before;
    if (read && !byPrefix) (compacted ? ahead : late).push(file);
    if (!read && byPrefix) hidden.push(file);
  }
  return { cut, late: late.sort(), ahead: ahead.sort(), hidden: hidden.sort() };
}

/** The two prefixes as an engine sees them. */
export interface PrefixTables {
  /** Tables, or table functions, over the two prefixes; both with `dt` as a text. */
  readonly events: string;
  readonly compacted: string;
  /** The column that says which file a row is of: `"$path"` on Trino and Athena. */
  readonly path: string;
  /** A path of the lake as that column says it. */
  readonly place: (object: string) => string;
  /** The columns that are read, as SQL. */
  readonly columns: string;
}

/** The SELECT that reads every event once: the text of a view on an engine that lists prefixes. */
export function prefixView({ cut, late, ahead, hidden }: PrefixCut, tables: PrefixTables): string {
  const among = (objects: readonly string[]): string =>
    `${tables.path} in (${objects.map((object) => sqlText(tables.place(object))).join(', ')})`;
  const read = (table: string, prefix: string, conditions: readonly string[]): string => {
    const out = hidden.filter((object) => object.startsWith(`${prefix}/`));
    const where = [...conditions, ...(out.length === 0 ? [] : [`not (${among(out)})`])];
    return `select ${tables.columns} from ${table}${where.length === 0 ? '' : ` where ${where.join(' and ')}`}`;
  };
  const since = cut === null ? [] : [`dt >= ${sqlText(cut)}`];
  const selects = [read(tables.events, LAKE.events, since)];
  if (cut !== null) selects.push(read(tables.compacted, LAKE.compacted, [`dt < ${sqlText(cut)}`]));
  const named = (table: string, objects: readonly string[]): void => {
    if (objects.length === 0) return;
    const dates = [...new Set(objects.map((object) => partitionOf(object)?.dt ?? ''))].sort();
    // The dates besides, so that partitions are chosen before files are.
    selects.push(
      `select ${tables.columns} from ${table} where dt in (${dates.map(sqlText).join(', ')}) and ${among(objects)}`,
    );
  };
  named(tables.events, late);
  named(tables.compacted, ahead);
  return selects.join('\nunion all ');
}

function holdsRows(index: ObjectIndex, file: string): boolean {
  const held = index.heldIn(file);
  return held.length > 0 && held.every((object) => index.whereabouts(object).state === 'compacted');
}
