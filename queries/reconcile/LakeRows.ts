import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LAKE, messageOf } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { listFiles } from '../lake/listFiles.js';
import type { IndexedLake } from '../lake/ObjectIndex.js';
import { rowsOf } from '../ledger/damaged.js';
import { type Check, compare } from './Check.js';

/** The rows that are in a lake, counted where they are. */
export interface LakeRows {
  /** Rows of each readable file under the events and the compacted prefix, by path. */
  readonly files: ReadonlyMap<string, number>;
  /** Rows in compacted files by the object they were delivered in. */
  readonly moved: ReadonlyMap<string, number>;
  /** What could not be read. */
  readonly checks: readonly Check[];
}

/** Counts the rows of every file, and in compacted ones where they came from. */
export async function readLakeRows(connection: DuckDBConnection, { lake, index }: IndexedLake): Promise<LakeRows> {
  const files = new Map<string, number>();
  const checks: Check[] = [];
  const compacted = await listFiles(lake, LAKE.compacted);
  for (const path of [...(await listFiles(lake, LAKE.events)), ...compacted]) {
    const counted = await rowsOf(connection, lake, path).catch((error: unknown) => {
      checks.push(compare('objects', path, 'a readable object', messageOf(error)));
      return undefined;
    });
    if (counted !== undefined) files.set(path, counted);
  }
  const moved = new Map<string, number>();
  const current = compacted.filter((path) => files.has(path) && index.replacedBy(path) === undefined);
  if (current.length > 0) {
    const list = current.map((path) => sqlText(join(lake, path))).join(', ');
    const counted = await connection.runAndReadAll(
      `select origin_object, count(*) from read_parquet([${list}], hive_partitioning = false, union_by_name = true) group by 1`,
    );
    for (const [object, rows] of counted.getRows()) moved.set(String(object), Number(rows));
  }
  return { files, moved, checks };
}

/** Rows that the lake has of a delivered object; undefined when it is missing, unreadable, or no longer kept. */
export function rowsOfObject(
  { index }: Pick<IndexedLake, 'index'>,
  rows: LakeRows,
  object: string,
): number | undefined {
  const { state } = index.whereabouts(object);
  if (state === 'delivered') return rows.files.get(object);
  return state === 'compacted' ? (rows.moved.get(object) ?? 0) : undefined;
}
