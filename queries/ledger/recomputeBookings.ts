import { randomUUID } from 'node:crypto';
import { access, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError, LAKE, type LogEntry, type Manifest, recentName, sealedName } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { listOrNone } from '../lake/readJournal.js';
import { readObjectIndex } from '../lake/readObjectIndex.js';
import { arrivalsOf } from './arrivalsOf.js';
import { type BookingPlace, bookManifest } from './bookManifest.js';
import { differencesOf } from './differencesOf.js';
import { earlierOf } from './earlierOf.js';
import { expiredDates } from './expiredDates.js';
import { keepErased } from './keepErased.js';
import { manifestsOf, readLog, sealedDates } from './ledgerLog.js';
import { mergeDate } from './mergeDate.js';
import { recentFolder, recentUsage } from './recentUsage.js';

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
  /** The same computed again; undefined when no entry of the log promises one, or when it cannot be. */
  readonly again: string | undefined;
  /** Carries the figures of erased tenants over from what stands: nothing can compute them again. */
  readonly keepErased?: () => Promise<void>;
  /** Why it cannot be computed again, in words: lines of it are past their retention. It stands as it is. */
  readonly kept?: string;
}

/** A folder the log promises. */
interface Promised {
  readonly name: string;
  /** Readers ask for it. The bookings of a sealed date stand beside its merge for a while, and so does its recent usage. */
  readonly needed: boolean;
  readonly kept?: string;
  /** Lines of it were erased. */
  readonly erased: boolean;
}

/**
 * Computes every booking and merge again from the log and the lake, beside the ledger, compares it with what stands, and hands
 * each to `use` once all are computed: a lake that has lost an object, or a merge that nothing can be computed from any
 * more, fails before anything is touched. Throws LAKE_NOT_FOUND and LAKE_DAMAGED.
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
  const place: BookingPlace = { connection, lake, bookings: side, writer, withoutErased: true };
  try {
    const log = await readLog(lake);
    const erased = log.some(({ kind }) => kind === 'erasure');
    const standing = new Set(await listOrNone(join(lake, LAKE.bookings)));
    const names = await recompute(place, log, options.onProgress);
    for (const { name, needed, erased: lost } of names)
      if (lost && needed && !standing.has(name)) throw goneWithErased(name);
    for (const { name, needed, kept } of names) {
      if (!standing.has(name) && !needed) continue;
      if (kept !== undefined) {
        await use({ folder: name, again: undefined, differences: [], kept });
        continue;
      }
      const again = join(side, name);
      const differences = standing.has(name)
        ? await differencesOf(connection, join(lake, LAKE.bookings, name), again, erased)
        : ['it is missing'];
      const standingFolder = join(lake, LAKE.bookings, name);
      const keep = erased && standing.has(name) ? () => keepErased(connection, standingFolder, again) : undefined;
      await use({ folder: name, again, differences, ...(keep === undefined ? {} : { keepErased: keep }) });
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
  const objects = await readObjectIndex(place.lake, log);
  const expired = expiredDates(log, objects);
  const erasedOf = ({ objects: own }: Manifest): boolean =>
    own.some(({ object }) => objects.whereabouts(object).state === 'erased');
  const names: Promised[] = [];
  for (const [index, { manifest, folder, merge }] of stored.entries()) {
    onProgress?.(`computing booking ${manifest.number} of ${stored.length} again`);
    const date = manifest.booked_date;
    const kept = expired.get(date);
    if (kept === undefined) {
      await bookManifest(place, manifest, await earlierOf(log, place.lake, place.bookings, manifest));
    }
    const erased = erasedOf(manifest);
    names.push({ name: folder, needed: !sealed.has(date), erased, ...(kept === undefined ? {} : { kept }) });
    if (!sealed.has(date) || stored[index + 1]?.manifest.booked_date === date) continue;
    if (kept !== undefined) {
      await standIn(place, merge, kept);
      names.push({ name: merge, needed: true, kept, erased: false });
      continue;
    }
    const within = stored.filter((other) => other.merge === merge).map((other) => other.manifest);
    await mergeDate(
      place,
      date,
      within.map(({ number }) => number),
    );
    names.push({ name: merge, needed: true, erased: within.some(erasedOf) });
  }
  return [...names, ...(await recentOf(place, names))];
}

/** Recent usage beside merges: that which the view `usage_recent` would read has to be there. */
async function recentOf(
  { connection, bookings }: BookingPlace,
  names: readonly Promised[],
): Promise<readonly Promised[]> {
  const parts = names.filter(({ needed }) => needed);
  const arrivals = await arrivalsOf(
    connection,
    bookings,
    parts.map(({ name }) => name),
  );
  const asked = new Set(recentUsage(arrivals).files.map((file) => dirname(file)));
  // Of a merge that cannot be computed again there is none either; what stands is provisional.
  return parts.flatMap(({ name, kept, erased }) => {
    const recent = recentFolder(name);
    return recent === name || kept !== undefined ? [] : [{ name: recent, needed: asked.has(recent), erased }];
  });
}

function goneWithErased(name: string): AppError {
  return new AppError('LAKE_DAMAGED', 'a booking is gone, and lines of it were erased', {
    where: `${LAKE.bookings}/${name}`,
    hint: 'restore it from a backup of the ledger: nothing can compute the figures of erased tenants again',
  });
}

/** Puts the standing merge of a date beside the others: later bookings look for neighbours of their samples in it. */
async function standIn({ lake, bookings }: BookingPlace, merge: string, why: string): Promise<void> {
  const standing = resolve(lake, LAKE.bookings, merge);
  await access(standing).catch((error: unknown) => {
    throw new AppError('LAKE_DAMAGED', 'the merge of a sealed date is gone, and cannot be computed again', {
      where: standing,
      got: why,
      hint: 'restore it from a backup of the ledger',
      cause: error,
    });
  });
  await mkdir(bookings, { recursive: true });
  await symlink(standing, join(bookings, merge), 'dir');
}

async function isPromised(lake: string, folder: string): Promise<boolean> {
  const log = await readLog(lake);
  const merged = sealedDates(log).flatMap((date) => [sealedName(date), recentName(date)]);
  return merged.includes(folder) || manifestsOf(log).some((stored) => stored.folder === folder);
}
