import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bookingName, LAKE, type Manifest, sealedName, type UtcDay } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { listOrNone } from '../lake/readJournal.js';
import { BOOKING_FILES, mergeSql } from './bookingFiles.js';
import type { BookingPlace } from './bookManifest.js';
import { makeVisible } from './makeVisible.js';

/**
 * Merges the bookings of a sealed date, all of which must be finished, into one of equal content: a function of that
 * content, so that whoever merges writes the same bytes. Becomes visible by one rename.
 *
 * @param now stamps the merge, epoch milliseconds: the bookings it replaces for readers are removed a grace period later
 */
export async function mergeDate(
  { connection, lake, bookings, writer }: BookingPlace,
  date: UtcDay,
  manifests: readonly Manifest[],
  now?: number,
): Promise<void> {
  const name = sealedName(date);
  const staged = join(lake, LAKE.staging, `${name}-${writer}`);
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  const last = manifests.at(-1)?.number ?? 0;
  try {
    const folders = manifests.map(({ number }) => join(bookings, bookingName(number)));
    const held = await Promise.all(folders.map((folder) => readdir(folder)));
    for (const file of BOOKING_FILES) {
      const with_ = folders.filter((_, index) => !file.optional || held[index]?.includes(file.name) === true);
      if (with_.length === 0) continue;
      const from = `read_parquet([${with_.map((folder) => sqlText(join(folder, file.name))).join(', ')}])`;
      await connection.run(
        `copy (${mergeSql(file, from, last)}) to ${sqlText(join(staged, file.name))} (format parquet, compression zstd)`,
      );
    }
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    // A run that was held up for longer than the grace period finds the bookings gone, since another one merged them.
    if ((await listOrNone(bookings)).includes(name)) return;
    throw error;
  }
  await makeVisible(staged, join(bookings, name), now);
}
