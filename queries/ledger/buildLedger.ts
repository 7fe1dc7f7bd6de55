import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { LAKE } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { listOrNone } from '../lake/readJournal.js';
import { localStore } from '../store/localStore.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { type Booked, type BookingPlace, bookManifest } from './bookManifest.js';
import { earlierInLog } from './checkpoint/earlierInLog.js';
import { KnownLog } from './checkpoint/KnownLog.js';
import { standingIn, unfinishedBookings } from './checkpoint/knownParts.js';
import { dropAbandoned } from './dropAbandoned.js';
import { dropRecent } from './dropRecent.js';
import { describeObjects } from './lakeObjects.js';
import { removeMerged } from './removeMerged.js';
import { mergeSealedDates } from './sealDates.js';

/** What a build needs. */
export interface LedgerBuildOptions {
  readonly lake: string;
  /** Now, epoch milliseconds: the UTC date of new bookings. */
  readonly clock: () => number;
  readonly memoryMb: number;
  readonly threads: number;
  readonly onProgress?: (text: string) => void;
  /** The lake's log, journal and checkpoints; a test counts what is read of them. */
  readonly store?: ObjectStore;
  /** Called at named points; a test throws here to stand in for a crash. */
  readonly fault?: (point: 'claimed' | 'booked' | 'sealed' | 'merged' | 'checkpoint') => void;
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
 * run finished, then the seals of dates that are over, then a new manifest for the objects no manifest has taken. Reads what
 * is new in log and journal since the last checkpoint, and of what is older the bookings whose hours overlap. Safe to
 * repeat, to interrupt at any point, and to run twice at once. Throws LAKE_NOT_FOUND and LAKE_DAMAGED.
 */
export async function buildLedger(options: LedgerBuildOptions): Promise<LedgerBuildSummary> {
  const { lake, clock } = options;
  await checkLake(lake);
  const writer = randomUUID();
  const store = options.store ?? localStore(lake, writer);
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
    let log = await KnownLog.open(store, { journal: true });
    await dropAbandoned(lake, writer);
    // Before anything of its own: a run removes what an earlier one has merged, never what it merged itself.
    await removeMerged(lake, log, clock());
    await dropRecent(place, log, clock());
    for (;;) {
      await log.advance();
      const { length } = log;
      try {
        await finishBookings(place, log, options, add);
      } catch (error) {
        // A retention removes objects beside a build, and says so in the log first: then they are asked for no more.
        log = await KnownLog.open(store, { journal: true });
        if (log.length === length) throw error;
        continue;
      }
      await mergeSealedDates(place, log, clock(), merged);
      const over = log.summary.dateToSeal(clock());
      if (over !== undefined) {
        options.onProgress?.(`sealing ${over}`);
        const seal = { version: 1, kind: 'seal', number: length + 1, booked_date: over } as const;
        if (await log.claim(seal)) options.fault?.('sealed');
        continue;
      }
      const fresh = await log.unbooked();
      if (fresh.length === 0) break;
      options.onProgress?.(`reading ${fresh.length} new objects`);
      const manifest = await describeObjects(connection, lake, fresh, length + 1, log.summary.openDate(clock()));
      if (await log.claim(manifest)) options.fault?.('claimed');
    }
    options.fault?.('checkpoint');
    await log.writeCheckpoint();
    return total;
  } finally {
    await close();
  }
}

/** Makes the bookings that manifests promise and that neither stand nor are in the merge of their date. */
async function finishBookings(
  place: BookingPlace,
  log: KnownLog,
  options: LedgerBuildOptions,
  add: (booked: Booked, objects: number) => void,
): Promise<void> {
  const unfinished = await unfinishedBookings(log, standingIn(new Set(await listOrNone(place.bookings))));
  for (const manifest of await log.manifests(unfinished.map(({ number }) => number))) {
    options.onProgress?.(`booking ${manifest.objects.length} objects`);
    const earlier = await earlierInLog(log, place.lake, place.bookings, manifest);
    add(await bookManifest(place, manifest, earlier, options.clock()), manifest.objects.length);
    options.fault?.('booked');
  }
}
