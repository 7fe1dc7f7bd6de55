import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { bookingName, LAKE, recentName, sealedName, type UtcDay } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { listOrNone } from '../lake/readJournal.js';
import { BOOKING_FILES, type BookingFile, EVENTS_FILE, mergeSql, RECENT } from './bookingFiles.js';
import type { BookingPlace } from './bookManifest.js';
import { firstRecent } from './bookUsage.js';
import { makeVisible } from './makeVisible.js';

/**
 * Merges the bookings of a sealed date, all of which must be finished, into one of equal content: a function of that
 * content, so that whoever merges writes the same bytes. Becomes visible by one rename, and before it, beside it, what of
 * the date is recent usage: that is provisional, and not kept as long.
 *
 * @param numbers those of the date's manifests, in order
 * @param now stamps the merge, epoch milliseconds: the bookings it replaces for readers are removed a grace period later
 */
export async function mergeDate(
  place: BookingPlace,
  date: UtcDay,
  numbers: readonly number[],
  now?: number,
): Promise<void> {
  const { lake, bookings, writer } = place;
  const staged = join(lake, LAKE.staging, `${sealedName(date)}-${writer}`);
  const recent = join(lake, LAKE.staging, `${recentName(date)}-${writer}`);
  try {
    await stageMerge(place, numbers, staged, recent);
  } catch (error) {
    for (const folder of [staged, recent]) await rm(folder, { recursive: true, force: true });
    // A run that was held up for longer than the grace period finds the bookings gone, since another one merged them.
    if ((await listOrNone(bookings)).includes(sealedName(date))) return;
    throw error;
  }
  await makeVisible(recent, join(bookings, recentName(date)), now);
  await makeVisible(staged, join(bookings, sealedName(date)), now);
}

async function stageMerge(
  { connection, bookings }: BookingPlace,
  numbers: readonly number[],
  staged: string,
  recent: string,
): Promise<void> {
  for (const folder of [staged, recent]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  const last = numbers.at(-1) ?? 0;
  const folders = await Promise.all(
    numbers.map(async (number) => {
      const path = join(bookings, bookingName(number));
      return { path, names: await readdir(path) };
    }),
  );
  const rowsOf = ({ name, optional }: Pick<BookingFile, 'name' | 'optional'>): string | undefined => {
    // One that must be there and is not fails here: a merge without it would look like all of it.
    const files = folders.filter(({ names }) => !optional || names.includes(name));
    if (files.length === 0) return undefined;
    return `read_parquet([${files.map(({ path }) => sqlText(join(path, name))).join(', ')}])`;
  };
  for (const file of BOOKING_FILES) {
    const rows = rowsOf(file);
    if (rows !== undefined) await write(connection, join(staged, file.name), mergeSql(file, rows, last));
  }
  const newest = `select max(arrival_through) from ${rowsOf({ name: EVENTS_FILE, optional: false })}`;
  const rows = `(from ${rowsOf(RECENT)} where window_start >= ${firstRecent(`(${newest})`)})`;
  await write(connection, join(recent, RECENT.name), mergeSql(RECENT, rows, last));
}

async function write(connection: DuckDBConnection, file: string, select: string): Promise<void> {
  await connection.run(`copy (${select}) to ${sqlText(file)} (format parquet, compression zstd)`);
}
