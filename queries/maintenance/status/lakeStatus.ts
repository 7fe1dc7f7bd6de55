import { join } from 'node:path';
import { isoInstant, LAKE, type LogEntry, partitionOf, type UtcDay } from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import { errorDate, isExpiredError } from '../../lake/errorObjects.js';
import { fileSizes } from '../../lake/fileSizes.js';
import type { ObjectIndex } from '../../lake/ObjectIndex.js';
import { readJournal } from '../../lake/readJournal.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { manifestsOf, readLog, sealedDates } from '../../ledger/ledgerLog.js';
import { partsOf } from '../../ledger/partsOf.js';
import { compactedObjects, cutOf } from '../compaction/compactionLog.js';
import { filesOf, planCompaction, smallBytes } from '../compaction/planCompaction.js';
import { removeReplaced } from '../compaction/removeReplaced.js';
import { localFiles } from '../localFiles.js';
import { mergedDates } from '../retention/mergedDates.js';
import { keptSince, planRetention } from '../retention/planRetention.js';
import { type CurrentFile, type TenantFiles, TenantFilesSum } from './TenantFiles.js';

/** What a status is asked with; the settings of compaction and retention, for what they would do. */
export interface LakeStatusOptions {
  readonly lake: string;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  readonly before: UtcDay;
  readonly targetBytes: number;
  readonly graceMs: number;
  readonly daysOf: (emitter: string) => number | undefined;
  readonly errorsDays: number;
}

/** Files, and how large they are together. */
export interface FileCount {
  readonly files: number;
  readonly bytes: number;
}

/** The state of a lake at one time. */
export interface LakeStatus {
  /** ISO instant. */
  readonly at: string;
  readonly tenants: readonly TenantFiles[];
  readonly total: TenantFiles;
  /** Files of events that nothing reads: replaced or expired ones, and those no journal and no log lists. */
  readonly unread: FileCount;
  /** Quarantined records, by the dates they arrived on. */
  readonly errors: FileCount & {
    readonly oldest: string | null;
    readonly newest: string | null;
    readonly pastRetention: number;
  };
  /** Work in progress, and what runs that died have left of it. */
  readonly staging: FileCount & { readonly folders: readonly string[] };
  readonly ledger: FileCount & {
    readonly entries: number;
    readonly bookings: number;
    /** Bookings a manifest promises and no build has finished. */
    readonly unfinished: number;
    /** Folders readers read: bookings of open dates, and sealed dates merged. */
    readonly parts: number;
    readonly sealedDates: number;
    readonly compactions: number;
    readonly retentions: number;
    readonly erasures: number;
    /** Identities of lines past their retention. */
    readonly ids: FileCount;
  };
  /** What `lake compact` would do. */
  readonly compaction: {
    readonly cut: string | null;
    readonly partitions: number;
    readonly files: number;
    readonly into: number;
    readonly removable: FileCount;
  };
  /** What `lake retain` would do. */
  readonly retention: {
    readonly objects: number;
    readonly rows: number;
    readonly bytes: number;
    readonly waiting: number;
  };
}

/**
 * What is in a lake and what maintenance would do with it, from the names and sizes of files and from the log: no file of
 * events is opened. Throws LAKE_NOT_FOUND, LAKE_DAMAGED, READ_FAILED.
 */
export async function lakeStatus(options: LakeStatusOptions): Promise<LakeStatus> {
  const { lake } = options;
  await checkLake(lake);
  const now = options.clock();
  const log = await readLog(lake);
  const index = await readObjectIndex(lake, log);
  const sizes = new Map([...(await fileSizes(lake, LAKE.events)), ...(await fileSizes(lake, LAKE.compacted))]);
  const delivered = (await readJournal(lake)).flatMap((unit) => unit.delivery?.objects ?? []);
  const { tenants, total, read } = sumFiles(index, log, sizes, delivered, smallBytes(options.targetBytes));
  const unread = [...sizes].filter(([path]) => !read.has(path)).map(([, bytes]) => bytes);
  const errors = await fileSizes(lake, LAKE.errors);
  const dates = [...errors.keys()].flatMap((path) => errorDate(path) ?? []).sort();
  const errorsSince = keptSince(now, options.errorsDays);
  const staging = await fileSizes(lake, LAKE.staging);
  const parts = await partsOf(log, join(lake, LAKE.bookings));
  const finished = new Set(parts.flatMap(({ manifests }) => manifests.map(({ number }) => number)));
  const { before, targetBytes, graceMs, daysOf } = options;
  const compacted = compactedObjects(log);
  const plan = planCompaction({ index, sizes, compacted, finished, before, targetBytes, wholeDates: false });
  const merged = await mergedDates(lake, log);
  const retention = planRetention({ log, index, merged, sizes, now, daysOf });
  const ids = await fileSizes(lake, LAKE.ids);
  const kinds = (kind: LogEntry['kind']): number => log.filter((entry) => entry.kind === kind).length;
  return {
    at: isoInstant(now),
    tenants,
    total,
    unread: { files: unread.length, bytes: sum(unread) },
    errors: {
      ...countOf(errors),
      oldest: dates[0] ?? null,
      newest: dates.at(-1) ?? null,
      pastRetention: [...errors.keys()].filter((path) => isExpiredError(path, errorsSince)).length,
    },
    staging: { ...countOf(staging), folders: foldersIn(staging) },
    ledger: {
      ...countOf(await fileSizes(lake, 'ledger')),
      entries: log.length,
      bookings: manifestsOf(log).length,
      unfinished: manifestsOf(log).length - finished.size,
      parts: parts.length,
      sealedDates: sealedDates(log).length,
      compactions: kinds('compaction'),
      retentions: kinds('retention'),
      erasures: kinds('erasure'),
      ids: countOf(ids),
    },
    compaction: {
      cut: cutOf(log),
      partitions: plan.length,
      files: sum(plan.map(({ from }) => from.length)),
      into: sum(plan.map(({ from }) => filesOf(sum(from.map(({ bytes }) => bytes)), targetBytes))),
      removable: await removeReplaced(localFiles(lake), log, index, sizes, { now, graceMs, dryRun: true }),
    },
    retention: {
      objects: sum(retention.expired.map(({ objects }) => objects.length)),
      rows: sum(retention.expired.map(({ rows }) => rows)),
      bytes: sum(retention.expired.map(({ bytes }) => bytes)),
      waiting: retention.waiting.length,
    },
  };
}

interface Summed {
  readonly tenants: readonly TenantFiles[];
  readonly total: TenantFiles;
  readonly read: ReadonlySet<string>;
}

function sumFiles(
  index: ObjectIndex,
  log: readonly LogEntry[],
  sizes: ReadonlyMap<string, number>,
  delivered: readonly { readonly path: string; readonly rows: number }[],
  small: number,
): Summed {
  const sums = new Map<string, TenantFilesSum>();
  const all = new TenantFilesSum('all');
  const read = new Set<string>();
  const written = compactedObjects(log);
  const both = (tenant: string, add: (to: TenantFilesSum) => void): void => {
    const own = sums.get(tenant) ?? new TenantFilesSum(tenant);
    sums.set(tenant, own);
    add(own);
    add(all);
  };
  const addFile = (path: string, file: Omit<CurrentFile, 'bytes'>): void => {
    const bytes = sizes.get(path);
    if (bytes === undefined || read.has(path)) return;
    read.add(path);
    both(file.tenant, (to) => to.addFile({ ...file, bytes }, bytes < small));
  };
  for (const [path, { entry }] of index.booked) {
    const { emitter: tenant, dt } = entry;
    const place = index.whereabouts(path);
    if (place.state === 'expired') both(tenant, (to) => to.addExpired());
    if (place.state === 'delivered') addFile(path, { tenant, dt, rows: entry.rows, schema: entry.schema_version });
    if (place.state === 'compacted')
      for (const { object, schema } of place.files)
        addFile(object, { tenant, dt, rows: written.get(object)?.rows ?? 0, schema });
    if (place.state !== 'expired' && place.state !== 'erased')
      both(tenant, (to) => to.addHours(entry.event_hours[0], entry.event_hours.at(-1)));
  }
  for (const { path, rows } of delivered) {
    const partition = partitionOf(path);
    if (partition === undefined || index.booked.has(path)) continue;
    both(partition.tenantId, (to) => to.addUnbooked());
    addFile(path, { tenant: partition.tenantId, dt: partition.dt, rows, schema: undefined });
  }
  const tenants = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own.total);
  return { tenants, total: all.total, read };
}

function countOf(files: ReadonlyMap<string, number>): FileCount {
  return { files: files.size, bytes: sum([...files.values()]) };
}

/** The names directly under staging. */
function foldersIn(staging: ReadonlyMap<string, number>): readonly string[] {
  return [...new Set([...staging.keys()].map((path) => path.split('/')[1] ?? ''))].sort();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
