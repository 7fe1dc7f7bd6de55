import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  DAY_MS,
  isoInstant,
  LAKE,
  type LogEntry,
  partitionOf,
  type Retention,
  type UtcDay,
} from '../../../model/index.js';
import { openScratch } from '../../engines/openScratch.js';
import { errorsKeptSince, isExpiredError } from '../../lake/errorObjects.js';
import { type BookedObject, ObjectIndex } from '../../lake/ObjectIndex.js';
import { appendTo } from '../../ledger/appendEntry.js';
import { unreadFiles } from '../compaction/unreadFiles.js';
import type { KnownFile, LakeFiles } from '../LakeFiles.js';
import { type ExpiredPartition, keptSince, planRetention, type RetentionPlan } from './planRetention.js';
import { writeIds } from './writeIds.js';

/** Declared past their retention in one entry: what a run that dies has done in vain, at most. */
const ENTRY_BYTES = 4 * 1024 * 1024 * 1024;
const ENTRY_PARTITIONS = 1000;

/** Removed before a run looks up: what a crash leaves for the next one is told by the log. */
const REMOVED_AT_ONCE = 1000;

/** A run without a lock that has not claimed what it wrote after this long is taken for dead. */
const UNCLAIMED_MS = DAY_MS;

/** What a retention needs. */
export interface RetentionOptions {
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** The sealed dates of a log whose bookings the ledger has merged: nothing computes them again to be read. */
  readonly merged: (log: readonly LogEntry[]) => Promise<ReadonlySet<string>>;
  readonly memoryMb: number;
  readonly threads: number;
  /** Days an emitter's events are kept after their arrival date is over; undefined: for good. */
  readonly daysOf: (emitter: string) => number | undefined;
  /** The same of quarantined records. */
  readonly errorsDays: number;
  /** Whether quarantined records are looked at; they are when it is left out, unless one emitter is asked for. */
  readonly errors?: boolean;
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
 * to interrupt at any point, and beside deliveries and ledger builds. Throws LAKE_DAMAGED, and what the files throw.
 */
export async function retainFiles(lake: LakeFiles, options: RetentionOptions): Promise<RetentionSummary> {
  const { dryRun } = options;
  const now = options.clock();
  let log = await lake.log.read();
  if (!dryRun) {
    await lake.finishInterrupted(log, now);
    await removeUnnamedIds(lake, log, now);
  }
  const [events, compacted] = [await lake.sizes(LAKE.events), await lake.sizes(LAKE.compacted)];
  const index = new ObjectIndex(log, new Set(compacted.keys()));
  const sizes = new Map([...events, ...compacted]);
  const plan = planRetention({
    log,
    index,
    merged: await options.merged(log),
    sizes,
    now,
    daysOf: options.daysOf,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
  });
  const errorsBefore =
    options.tenant === undefined && options.errors !== false ? keptSince(now, options.errorsDays) : null;
  if (!dryRun) {
    await declare(lake, options, { log, index, plan }, await oldErrors(lake, errorsBefore));
    log = await lake.log.read();
  }
  const errors = await removeErrors(lake, options, dryRun ? errorsBefore : errorsKeptSince(log));
  const removed = dryRun
    ? { files: 0, bytes: 0 }
    : await removeExpired(lake, options, { log, index: new ObjectIndex(log, new Set(compacted.keys())), sizes });
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
  lake: LakeFiles,
  options: RetentionOptions,
  known: { readonly log: readonly LogEntry[]; readonly index: ObjectIndex; readonly plan: RetentionPlan },
  errorsBefore: UtcDay | null,
): Promise<void> {
  const { log, index } = known;
  const { expired } = known.plan;
  const moves = errorsBefore !== null && errorsBefore > (errorsKeptSince(log) ?? '');
  if (expired.length === 0 && !moves) return;
  const run = randomUUID().slice(0, 8);
  const { connection, close } = await openScratch({ ...options, lake: lake.scratch });
  const harmless = ({ kind }: LogEntry): boolean => kind === 'booking' || kind === 'seal';
  let read = log;
  try {
    for (const [place, partitions] of batches(expired).entries()) {
      options.onProgress?.(`keeping the ids of ${partitions.length} partitions`);
      const objects = partitions.flatMap((partition) => partition.objects);
      const ids =
        objects.length === 0 ? null : await keepIds(lake, connection, { index, objects, name: `${run}-${place}` });
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
      if ((await appendTo(lake.log, read, entry, harmless)) === undefined) return;
      options.fault?.('claimed');
      read = await lake.log.read();
    }
  } finally {
    await close();
  }
}

/** Keeps the identities of the lines of objects in the ledger. */
async function keepIds(
  lake: LakeFiles,
  connection: DuckDBConnection,
  {
    index,
    objects,
    name,
  }: { readonly index: ObjectIndex; readonly objects: readonly BookedObject[]; readonly name: string },
): Promise<NonNullable<Retention['ids']>> {
  const files = new Map<string, KnownFile>();
  for (const { entry } of objects) {
    const { object, sha256, etag } = entry;
    const place = index.whereabouts(object);
    const tags = { ...(sha256 === undefined ? {} : { sha256 }), ...(etag === undefined ? {} : { etag }) };
    if (place.state === 'delivered') files.set(object, { object, ...tags });
    if (place.state === 'compacted') for (const held of place.files) files.set(held.object, { object: held.object });
  }
  const object = `${LAKE.ids}/${name}.parquet`;
  const staged = join(lake.scratch, LAKE.staging, `${name}.ids`);
  const written = await lake.withLocal([...files.values()], (folder) =>
    writeIds(connection, { lake: folder, index }, objects, staged),
  );
  await lake.put(staged, object);
  return { object, ...written };
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
  lake: LakeFiles,
  options: RetentionOptions,
  {
    log,
    index,
    sizes,
  }: { readonly log: readonly LogEntry[]; readonly index: ObjectIndex; readonly sizes: ReadonlyMap<string, number> },
): Promise<{ readonly files: number; readonly bytes: number }> {
  const isExpired = (object: string): boolean => index.whereabouts(object).state === 'expired';
  // Lines stand in what nobody reads, too, and compaction may never come by again.
  const unread = new Set(unreadFiles(log, index, sizes).filter((file) => isPast(file, options)));
  const gone = [...sizes.keys()].filter((file) => {
    const held = index.booked.has(file) ? [file] : index.heldBefore(file);
    return (held.length > 0 && held.every(isExpired)) || unread.has(file);
  });
  for (let first = 0; first < gone.length; first += REMOVED_AT_ONCE) {
    await lake.remove(gone.slice(first, first + REMOVED_AT_ONCE));
    options.fault?.('removed');
  }
  return { files: gone.length, bytes: gone.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0) };
}

/** Whether a file's partition is past the retention of its emitter. */
function isPast(file: string, { daysOf, tenant, clock }: RetentionOptions): boolean {
  const { tenantId: emitter, dt } = partitionOf(file) ?? {};
  if (emitter === undefined || dt === undefined || (tenant ?? emitter) !== emitter) return false;
  const days = daysOf(emitter);
  return days !== undefined && dt < keptSince(clock(), days);
}

/** The date the errors are to be kept since, when there are older ones; null when there is nothing to say. */
async function oldErrors(lake: LakeFiles, before: UtcDay | null): Promise<UtcDay | null> {
  if (before === null) return null;
  const old = [...(await lake.sizes(LAKE.errors)).keys()].some((path) => isExpiredError(path, before));
  return old ? before : null;
}

/** Removes old error objects, but for those an unfinished import still has to put in their places. */
async function removeErrors(
  lake: LakeFiles,
  options: RetentionOptions,
  before: UtcDay | null,
): Promise<RetentionSummary['errors']> {
  if (before === null || options.tenant !== undefined || options.errors === false)
    return { files: 0, bytes: 0, before: null };
  const needed = await lake.neededErrors();
  const sizes = await lake.sizes(LAKE.errors);
  const old = [...sizes.keys()].filter((path) => isExpiredError(path, before) && !needed.has(path));
  if (!options.dryRun) await lake.remove(old);
  return { files: old.length, bytes: old.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0), before };
}

/** Files of ids that a run wrote and never claimed an entry for; where another may be about to, only once it would have. */
async function removeUnnamedIds(lake: LakeFiles, log: readonly LogEntry[], now: number): Promise<void> {
  const named = new Set(log.flatMap((entry) => (entry.kind === 'retention' ? [entry.ids?.object] : [])));
  const unnamed = [...(await lake.sizes(LAKE.ids)).keys()].filter((path) => !named.has(path));
  const placed = await Promise.all(unnamed.map((path) => (lake.locked ? 0 : lake.placedAt(path))));
  await lake.remove(unnamed.filter((_, place) => now - (placed[place] ?? now) >= UNCLAIMED_MS));
}
