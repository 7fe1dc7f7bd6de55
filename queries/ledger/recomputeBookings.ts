import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, type LogEntry, sealedName } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { listOrNone } from '../lake/readJournal.js';
import { type BookingPlace, bookManifest } from './bookManifest.js';
import { differencesOf } from './differencesOf.js';
import { manifestsOf, readLog, sealedDates } from './ledgerLog.js';
import { mergeDate } from './mergeDate.js';

/** What a ledger is computed again with. */
export interface RecomputeOptions {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly onProgress?: (text: string) => void;
}

/** A booking, or the merge of a sealed date, as it stands beside what the log and the lake give. */
export interface Recomputed {
  readonly folder: string;
  /** What differs, in words; empty when the content is identical. */
  readonly differences: readonly string[];
  /** The same computed again; undefined when no entry of the log promises one. */
  readonly again: string | undefined;
}

/** A folder the log promises. */
interface Promised {
  readonly name: string;
  /** A booking of a sealed date: it stands in the date's merge. */
  readonly sealed: boolean;
}

/**
 * Computes every booking and merge again from the log and the lake, beside the ledger, compares it with what stands, and hands
 * each to `use` once all are computed: a lake that has lost an object fails before anything is touched. Throws
 * LAKE_NOT_FOUND and LAKE_DAMAGED.
 */
export async function recomputeBookings(
  options: RecomputeOptions,
  use: (booking: Recomputed) => Promise<void>,
): Promise<void> {
  const { lake } = options;
  await checkLake(lake);
  const writer = randomUUID();
  const side = join(lake, LAKE.staging, `recompute-${writer}`);
  const { connection, close } = await openScratch(options);
  const place: BookingPlace = { connection, lake, bookings: side, writer };
  try {
    const log = await readLog(lake);
    const names = await recompute(place, log, options.onProgress);
    const standing = new Set(await listOrNone(join(lake, LAKE.bookings)));
    for (const { name, sealed } of names) {
      // A merge, and only it, has to be there: the bookings of a sealed date stand beside it for a while.
      if (!standing.has(name) && sealed) continue;
      const again = join(side, name);
      const differences = standing.has(name)
        ? await differencesOf(connection, join(lake, LAKE.bookings, name), again)
        : ['it is missing'];
      await use({ folder: name, again, differences });
    }
    const known = new Set(names.map(({ name }) => name));
    for (const folder of await listOrNone(join(lake, LAKE.bookings))) {
      // An entry claimed since the log was read promises it: that booking, or merge, is a running build's.
      if (known.has(folder) || (await isPromised(lake, folder))) continue;
      await use({ folder, again: undefined, differences: ['no entry of the log promises it'] });
    }
  } finally {
    await close();
    await rm(side, { recursive: true, force: true });
  }
}

/** Computes everything a log promises, in order; a date is merged when its last booking is there. */
async function recompute(
  place: BookingPlace,
  log: readonly LogEntry[],
  onProgress: RecomputeOptions['onProgress'],
): Promise<readonly Promised[]> {
  const stored = manifestsOf(log);
  const sealed = new Set<string>(sealedDates(log));
  const names: Promised[] = [];
  for (const [index, { manifest, folder, merge }] of stored.entries()) {
    onProgress?.(`computing booking ${manifest.number} of ${stored.length} again`);
    await bookManifest(place, manifest, log);
    const date = manifest.booked_date;
    names.push({ name: folder, sealed: sealed.has(date) });
    if (!sealed.has(date) || stored[index + 1]?.manifest.booked_date === date) continue;
    const within = stored.filter((other) => other.merge === merge).map((other) => other.manifest);
    await mergeDate(place, date, within);
    names.push({ name: merge, sealed: false });
  }
  return names;
}

async function isPromised(lake: string, folder: string): Promise<boolean> {
  const log = await readLog(lake);
  return (
    manifestsOf(log).some((stored) => stored.folder === folder) || sealedDates(log).map(sealedName).includes(folder)
  );
}
