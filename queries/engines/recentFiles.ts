import { basename, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LAKE } from '../../model/index.js';
import { arrivalsOf } from '../ledger/arrivalsOf.js';
import { type RecentUsage, recentUsage } from '../ledger/recentUsage.js';
import type { LedgerPart } from './bookedFiles.js';
import { existing } from './eventViews.js';
import { openScratch } from './openScratch.js';
import { sqlText } from './sqlText.js';

const MEMORY_MB = 256;

/**
 * What the view `usage_recent` reads of parts of the ledger, its files relative to the lake; undefined when one of them is gone, and then there is no
 * such view: an engine that chooses files by a predicate would show less instead.
 */
export async function recentFiles(
  connection: DuckDBConnection,
  lake: string,
  names: readonly string[],
): Promise<RecentUsage | undefined> {
  const { files, where } = recentUsage(await arrivalsOf(connection, join(lake, LAKE.bookings), names));
  const paths = files.map((file) => `${LAKE.bookings}/${file}`);
  const there = await existing(paths.map((path) => join(lake, path)));
  return there.length === paths.length ? { files: paths, where } : undefined;
}

/** The same for an engine elsewhere, with the rows it must see. */
export async function countedRecentFiles(
  lake: string,
  parts: readonly LedgerPart[],
): Promise<(RecentUsage & { readonly rows: number }) | undefined> {
  const { connection, close } = await openScratch({ lake, memoryMb: MEMORY_MB, threads: 1 });
  try {
    const names = parts.map(({ folder }) => basename(folder));
    const recent = await recentFiles(connection, lake, names);
    if (recent === undefined || recent.files.length === 0)
      return recent === undefined ? undefined : { ...recent, rows: 0 };
    const list = recent.files.map((file) => sqlText(join(lake, file))).join(', ');
    const counted = await connection.runAndReadAll(
      `select count(*) from read_parquet([${list}]) where ${recent.where}`,
    );
    return { ...recent, rows: Number(counted.getRows()[0]?.[0] ?? 0) };
  } finally {
    await close();
  }
}
