import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { LAKE, type LogEntry } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { listOrNone } from '../lake/readJournal.js';
import { type Booked, type BookingPlace, bookManifest } from './bookManifest.js';
import { dropRecent } from './dropRecent.js';
import { describeObjects, listObjects } from './lakeObjects.js';
import { claimEntry, manifestsOf, openDate, readLog } from './ledgerLog.js';
import { removeMerged } from './removeMerged.js';
import { dateToSeal, mergeSealedDates } from './sealDates.js';

/** What a build needs. */
export interface LedgerBuildOptions {
  readonly lake: string;
  /** Now, epoch milliseconds: the UTC date of new bookings. */
  readonly clock: () => number;
  readonly memoryMb: number;
  readonly threads: number;
  readonly onProgress?: (text: string) => void;
  /** Called at named points; a test throws here to stand in for a crash. */
  readonly fault?: (point: 'claimed' | 'booked' | 'sealed' | 'merged') => void;
}

/** What a build did. */
export interface LedgerBuildSummary {
  /** Bookings finished by this run, its own and those an earlier run left. */
  readonly bookings: number;
  readonly objects: number;
  readonly rows: number;
  readonly events: number;
  readonly duplicates: number;
  /** UTC dates whose bookings this run merged into one that never changes again. */
  readonly sealed: readonly string[];
}

/**
 * Books what the lake has and the ledger has not (design decision 10): first the bookings that manifests promise and no
 * run finished, then the seals of dates that are over, then a new manifest for the objects no manifest has taken. Safe to
 * repeat, to interrupt at any point, and to run twice at once. Throws LAKE_NOT_FOUND and LAKE_DAMAGED.
 */
export async function buildLedger(options: LedgerBuildOptions): Promise<LedgerBuildSummary> {
  const { lake, clock } = options;
  await checkLake(lake);
  const writer = randomUUID();
  const { connection, close } = await openScratch({ lake, memoryMb: options.memoryMb, threads: options.threads });
  const place: BookingPlace = { connection, lake, bookings: join(lake, LAKE.bookings), writer };
  const total = { bookings: 0, objects: 0, rows: 0, events: 0, duplicates: 0, sealed: [] as string[] };
  const add = (booked: Booked, objects: number): void => {
    total.bookings += 1;
    total.objects += objects;
    total.rows += booked.rows;
    total.events += booked.events;
    total.duplicates += booked.duplicates;
  };
  const merged = (date: string): void => {
    total.sealed.push(date);
    options.fault?.('merged');
  };
  try {
    // Before anything of its own: a run removes what an earlier one has merged, never what it merged itself.
    const known = await readLog(lake);
    await removeMerged(lake, known, clock());
    await dropRecent(place, known, clock());
    for (;;) {
      const log = await readLog(lake);
      try {
        await finishBookings(place, log, options, add);
      } catch (error) {
        // A retention removes objects beside a build, and says so in the log first: then they are asked for no more.
        if ((await readLog(lake)).length === log.length) throw error;
        continue;
      }
      await mergeSealedDates(place, log, clock(), merged);
      const over = dateToSeal(log, clock());
      if (over !== undefined) {
        options.onProgress?.(`sealing ${over}`);
        const seal = { version: 1, kind: 'seal', number: log.length + 1, booked_date: over } as const;
        if (await claimEntry(lake, seal, writer)) options.fault?.('sealed');
        continue;
      }
      const taken = new Set(manifestsOf(log).flatMap(({ manifest }) => manifest.objects.map(({ object }) => object)));
      const fresh = (await listObjects(lake)).filter(({ path }) => !taken.has(path));
      if (fresh.length === 0) return total;
      options.onProgress?.(`reading ${fresh.length} new objects`);
      const manifest = await describeObjects(connection, lake, fresh, log.length + 1, openDate(log, clock()));
      if (await claimEntry(lake, manifest, writer)) options.fault?.('claimed');
    }
  } finally {
    await close();
  }
}

/** Makes the bookings that manifests promise and that neither stand nor are in the merge of their date. */
async function finishBookings(
  place: BookingPlace,
  log: readonly LogEntry[],
  options: LedgerBuildOptions,
  add: (booked: Booked, objects: number) => void,
): Promise<void> {
  const there = new Set(await listOrNone(place.bookings));
  for (const { manifest, folder, merge } of manifestsOf(log)) {
    if (there.has(folder) || there.has(merge)) continue;
    options.onProgress?.(`booking ${manifest.objects.length} objects`);
    add(await bookManifest(place, manifest, log, options.clock()), manifest.objects.length);
    options.fault?.('booked');
  }
}
