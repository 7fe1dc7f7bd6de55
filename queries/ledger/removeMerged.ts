import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, sealedName, systemCode } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import type { KnownLog } from './checkpoint/KnownLog.js';

/**
 * How long the bookings of a date stay beside its merge, in milliseconds. A reader lists files when it opens and reads them
 * later: whoever listed bookings just before the merge appeared finds them for a day.
 */
export const MERGED_GRACE_MS = 24 * 3_600_000;

/** Removes bookings whose date was merged longer ago than the grace period. Returns how many. */
export async function removeMerged(lake: string, log: KnownLog, now: number): Promise<number> {
  const bookings = join(lake, LAKE.bookings);
  const there = new Set(await listOrNone(bookings));
  const due = new Map<string, boolean>();
  let removed = 0;
  for (const folder of [...there].filter((name) => /^\d{10}$/.test(name))) {
    const date = log.summary.sealedDateOf(Number(folder))?.booked_date;
    if (date === undefined || !there.has(sealedName(date))) continue;
    const merge = sealedName(date);
    if (!due.has(merge)) due.set(merge, now - (await stat(join(bookings, merge))).mtimeMs >= MERGED_GRACE_MS);
    if (due.get(merge) !== true) continue;
    await removeFolder(lake, join(bookings, folder));
    removed += 1;
  }
  return removed;
}

/** Out of sight by one rename, then away: half of a booking must never be seen. */
export async function removeFolder(lake: string, folder: string): Promise<void> {
  const aside = join(lake, LAKE.staging, `removed-${randomUUID()}`);
  await mkdir(join(lake, LAKE.staging), { recursive: true });
  try {
    await rename(folder, aside);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return;
  }
  await rm(aside, { recursive: true, force: true });
}
