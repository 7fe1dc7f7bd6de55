import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LAKE } from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import { openScratch } from '../../engines/openScratch.js';
import { sqlText } from '../../engines/sqlText.js';
import { listFiles } from '../../lake/listFiles.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { rowsOf } from '../../ledger/damaged.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { compactedObjects } from '../compaction/compactionLog.js';

/** Footers asked for in one statement. */
const AT_ONCE = 2000;

/** What the footers of the event table's files say. */
export interface FooterCheck {
  readonly files: number;
  readonly rows: number;
  /** Files that cannot be read, or have other rows than the log says, in words. */
  readonly differing: readonly string[];
}

/** Reads the footer of every file of events, and holds its rows against the log. Throws LAKE_NOT_FOUND, LAKE_DAMAGED. */
export async function checkFooters(options: {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
}): Promise<FooterCheck> {
  const { lake } = options;
  await checkLake(lake);
  const log = await readLog(lake);
  const index = await readObjectIndex(lake, log);
  const written = compactedObjects(log);
  const expected = (path: string): number | undefined => index.booked.get(path)?.entry.rows ?? written.get(path)?.rows;
  const paths = [...(await listFiles(lake, LAKE.events)), ...(await listFiles(lake, LAKE.compacted))];
  const { connection, close } = await openScratch(options);
  const differing: string[] = [];
  let rows = 0;
  try {
    for (let first = 0; first < paths.length; first += AT_ONCE) {
      const some = paths.slice(first, first + AT_ONCE);
      const found = await rowsByFooter(connection, lake, some, differing);
      for (const path of some) {
        const there = found.get(path);
        if (there === undefined) continue;
        rows += there;
        const stated = expected(path);
        if (stated !== undefined && stated !== there)
          differing.push(`${path} has ${there} rows, the log says ${stated}`);
      }
    }
  } finally {
    await close();
  }
  return { files: paths.length, rows, differing };
}

/** All at once; one by one when a file among them cannot be read. */
async function rowsByFooter(
  connection: DuckDBConnection,
  lake: string,
  paths: readonly string[],
  unreadable: string[],
): Promise<ReadonlyMap<string, number>> {
  const list = paths.map((path) => sqlText(join(lake, path))).join(', ');
  const start = join(lake, 'x').length - 1;
  try {
    const reader = await connection.runAndReadAll(`select file_name, num_rows from parquet_file_metadata([${list}])`);
    return new Map(reader.getRows().map(([file, count]) => [String(file).slice(start), Number(count)]));
  } catch {
    const found = new Map<string, number>();
    for (const path of paths) {
      const count = await rowsOf(connection, lake, path).catch(() => undefined);
      if (count === undefined) unreadable.push(`${path} cannot be read`);
      else found.set(path, count);
    }
    return found;
  }
}
