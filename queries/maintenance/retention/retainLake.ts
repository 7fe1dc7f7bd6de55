import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isoInstant, LAKE, type LogEntry, type Retention, type UtcDay } from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import { openScratch } from '../../engines/openScratch.js';
import { errorsKeptSince, isExpiredError } from '../../lake/errorObjects.js';
import { fileSizes } from '../../lake/fileSizes.js';
import { listFiles } from '../../lake/listFiles.js';
import type { ObjectIndex } from '../../lake/ObjectIndex.js';
import { readJournal } from '../../lake/readJournal.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { appendEntry } from '../../ledger/appendEntry.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { finishInterrupted } from '../compaction/finishInterrupted.js';
import type { LakeLock } from '../LakeLock.js';
import { mergedDates } from './mergedDates.js';
import { type ExpiredPartition, keptSince, planRetention, type RetentionPlan } from './planRetention.js';
import { writeIds } from './writeIds.js';

/** Declared past their retention in one entry: what a run that dies has done in vain, at most. */
const ENTRY_BYTES = 4 * 1024 * 1024 * 1024;
const ENTRY_PARTITIONS = 1000;

/** What a retention needs. */
export interface RetentionOptions {
  readonly lake: string;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  readonly lock: LakeLock;
  readonly memoryMb: number;
  readonly threads: number;
  /** Days an emitter's events are kept after their arrival date is over; undefined: for good. */
  readonly daysOf: (emitter: string) => number | undefined;
  /** The same of quarantined records. */
  readonly errorsDays: number;
  /** Only this emitter's events, and no quarantined records. */
  readonly tenant?: string;
  readonly dryRun: boolean;
  readonly onProgress?: (text: string) => void;
  /** Called at named points; a test throws here to stand in for a crash. */
  readonly fault?: (point: 'written' | 'claimed' | 'removed') => void;
}

/** What a retention did, or would do. */
export interface RetentionSummary {
  /** Past their retention, by emitter, date and size; after a dry run, what would be. */
  readonly partitions: readonly {
    readonly emitter: string;
    readonly dt: string;
    readonly objects: number;
    readonly rows: number;
    readonly bytes: number;
  }[];
  /** Partitions past their retention that wait until their bookings are sealed and merged. */
  readonly waiting: readonly { readonly emitter: string; readonly dt: string }[];
  /** Files of events that were removed, also those an interrupted run had left. */
  readonly removed: { readonly files: number; readonly bytes: number };
  /** Files of quarantined records that were, or would be, removed, and up to which date. */
  readonly errors: { readonly files: number; readonly bytes: number; readonly before: UtcDay | null };
}

/**
 * Removes the lines whose retention is over: first an entry of the log says so, and their identities go into the ledger,
 * then their files are removed. What was booked stays. Nothing goes before its booking is sealed and merged. Safe to repeat,
 * to interrupt at any point, and beside deliveries and ledger builds. Throws LAKE_NOT_FOUND, LAKE_BUSY while another
 * maintenance runs, LAKE_DAMAGED.
 */
export async function retainLake(options: RetentionOptions): Promise<RetentionSummary> {
  await checkLake(options.lake);
  const unlock = options.dryRun ? undefined : await options.lock(options.lake);
  try {
    return await retain(options);
  } finally {
    await unlock?.();
  }
}

async function retain(options: RetentionOptions): Promise<RetentionSummary> {
  const { lake, dryRun } = options;
  const now = options.clock();
  let log = await readLog(lake);
  if (!dryRun) {
    await finishInterrupted(lake, log, now);
    await removeUnnamedIds(lake, log);
  }
  const index = await readObjectIndex(lake, [...log]);
  const sizes = new Map([...(await fileSizes(lake, LAKE.events)), ...(await fileSizes(lake, LAKE.compacted))]);
  const plan = planRetention({
    log,
    index,
    merged: await mergedDates(lake, log),
    sizes,
    now,
    daysOf: options.daysOf,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
  });
  const errorsBefore = options.tenant === undefined ? keptSince(now, options.errorsDays) : null;
  if (!dryRun) {
    await declare(options, log, index, plan, await oldErrors(lake, errorsBefore));
    log = await readLog(lake);
  }
  const errors = await removeErrors(options, dryRun ? errorsBefore : errorsKeptSince(log));
  const removed = dryRun ? { files: 0, bytes: 0 } : await removeExpired(options, log, sizes);
  const { expired, waiting } = plan;
  return {
    partitions: expired.map(({ emitter, dt, objects, rows, bytes }) => ({
      emitter,
      dt,
      objects: objects.length,
      rows,
      bytes,
    })),
    waiting,
    removed,
    errors,
  };
}

/** Says in the log what is past its retention from here on. */
async function declare(
  options: RetentionOptions,
  log: readonly LogEntry[],
  index: ObjectIndex,
  { expired }: RetentionPlan,
  errorsBefore: UtcDay | null,
): Promise<void> {
  const { lake } = options;
  const moves = errorsBefore !== null && errorsBefore > (errorsKeptSince(log) ?? '');
  if (expired.length === 0 && !moves) return;
  const run = randomUUID().slice(0, 8);
  const { connection, close } = await openScratch(options);
  const harmless = ({ kind }: LogEntry): boolean => kind === 'booking' || kind === 'seal';
  let known = log;
  try {
    for (const [place, partitions] of batches(expired).entries()) {
      options.onProgress?.(`keeping the ids of ${partitions.length} partitions`);
      const objects = partitions.flatMap((partition) => partition.objects);
      const ids = objects.length === 0 ? null : await writeIds(connection, { lake, index }, objects, `${run}-${place}`);
      options.fault?.('written');
      const entry = (number: number): Retention => ({
        version: 1,
        kind: 'retention',
        number,
        expired_at: isoInstant(options.clock()),
        through: log.length,
        partitions: partitions.map(({ emitter, dt, objects: gone, rows, bytes }) => ({
          emitter,
          dt,
          objects: gone.length,
          rows,
          bytes,
        })),
        ids,
        errors_before: moves ? errorsBefore : null,
      });
      if ((await appendEntry(lake, known, entry, harmless, run)) === undefined) return;
      options.fault?.('claimed');
      known = await readLog(lake);
    }
  } finally {
    await close();
  }
}

/** At least one batch, which may be empty: the date of the errors is said in it. */
function batches(expired: readonly ExpiredPartition[]): readonly (readonly ExpiredPartition[])[] {
  const all: ExpiredPartition[][] = [[]];
  let bytes = 0;
  for (const partition of expired) {
    if (bytes >= ENTRY_BYTES || (all.at(-1)?.length ?? 0) >= ENTRY_PARTITIONS) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(partition);
    bytes += partition.bytes;
  }
  return all;
}

async function removeExpired(
  options: RetentionOptions,
  log: readonly LogEntry[],
  sizes: ReadonlyMap<string, number>,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const index = await readObjectIndex(options.lake, log);
  const isExpired = (object: string): boolean => index.whereabouts(object).state === 'expired';
  let files = 0;
  let bytes = 0;
  for (const [file, size] of sizes) {
    const held = index.booked.has(file) ? [file] : index.heldBefore(file);
    if (held.length === 0 || !held.every(isExpired)) continue;
    await rm(join(options.lake, file), { force: true });
    options.fault?.('removed');
    files += 1;
    bytes += size;
  }
  return { files, bytes };
}

/** The date the errors are to be kept since, when there are older ones; null when there is nothing to say. */
async function oldErrors(lake: string, before: UtcDay | null): Promise<UtcDay | null> {
  const old = (await listFiles(lake, LAKE.errors)).some((path) => isExpiredError(path, before));
  return old ? before : null;
}

/** Removes old error objects, but for those an unfinished import still has to put in their places. */
async function removeErrors(options: RetentionOptions, before: UtcDay | null): Promise<RetentionSummary['errors']> {
  const { lake } = options;
  if (before === null || options.tenant !== undefined) return { files: 0, bytes: 0, before: null };
  const open = (await readJournal(lake)).filter(({ state }) => state === 'committed');
  const needed = new Set(open.flatMap(({ delivery }) => (delivery?.error_objects ?? []).map(({ path }) => path)));
  let files = 0;
  let bytes = 0;
  for (const [path, size] of await fileSizes(lake, LAKE.errors)) {
    if (!isExpiredError(path, before) || needed.has(path)) continue;
    if (!options.dryRun) await rm(join(lake, path), { force: true });
    files += 1;
    bytes += size;
  }
  return { files, bytes, before };
}

/** Files of ids that a run wrote and never claimed an entry for. */
async function removeUnnamedIds(lake: string, log: readonly LogEntry[]): Promise<void> {
  const named = new Set(log.flatMap((entry) => (entry.kind === 'retention' ? [entry.ids?.object] : [])));
  for (const path of await listFiles(lake, LAKE.ids)) if (!named.has(path)) await rm(join(lake, path), { force: true });
}
