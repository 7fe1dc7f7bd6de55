import type { KeyObject } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError, type Erasure, isoInstant, LAKE, type LogEntry } from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import { openScratch } from '../../engines/openScratch.js';
import { erasedHash } from '../../lake/ErasedTenants.js';
import { hashFile } from '../../lake/hashFile.js';
import { buildLedger } from '../../ledger/buildLedger.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { finishInterrupted } from '../compaction/finishInterrupted.js';
import type { LakeLock } from '../LakeLock.js';
import { applyErasure, type ErasurePoint } from './applyErasure.js';
import { clearStaging } from './clearStaging.js';
import type { ErasurePorts, RemovedVersions, VersionedStore } from './ErasurePorts.js';
import type { ExportFolder } from './ExportFolder.js';
import { endErasure } from './endErasure.js';
import { type KeptFile, keptExports } from './keptExports.js';
import { ledgerTotals, mustBeEqual } from './ledgerTotals.js';
import {
  addFound,
  beginErasure,
  type FoundFile,
  type PendingErasure,
  pendingErasureOf,
  pendingPath,
  writePending,
} from './PendingErasure.js';
import { searchLake } from './searchLake.js';
import { stageErasure } from './stageErasure.js';
import { isNothing, surveyTenant, type TenantSurvey } from './surveyTenant.js';
import type { TenantNames } from './TenantNames.js';

/** What an erasure needs. */
export interface ErasureOptions {
  readonly lake: string;
  readonly tenant: TenantNames;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  readonly memoryMb: number;
  readonly threads: number;
  readonly lock: LakeLock;
  readonly ports: ErasurePorts;
  /** Buckets that hold the tenant's objects as well. */
  readonly stores: readonly VersionedStore[];
  /** Folders of billing exports, which stay. */
  readonly exports: readonly ExportFolder[];
  /** Days an export is kept after its billing period. */
  readonly exportsDays: number;
  /** Ed25519 private key the record is signed with; undefined leaves it unsigned. */
  readonly signingKey: KeyObject | undefined;
  /** What it was asked for by, for the record. */
  readonly reference: string | undefined;
  /** Version of this program, for the record. */
  readonly version: string;
  readonly dryRun: boolean;
  readonly onProgress?: (text: string) => void;
  readonly fault?: (point: ErasurePoint) => void;
}

/** What an erasure did, or would do. */
export interface ErasureSummary {
  /** The tenant's own objects and lines: removed. */
  readonly events: { readonly objects: number; readonly lines: number; readonly bytes: number };
  /** Events of the platform that tell of it: kept without it. */
  readonly platform: { readonly objects: number; readonly rows: number };
  /** Rows of bookings and sealed dates: those that count become `_erased`'s, others go. */
  readonly ledger: { readonly files: number; readonly rows: number };
  /** Identities of its lines past their retention: removed. */
  readonly ids: number;
  /** Quarantined records that go, and those that lose lines. */
  readonly quarantine: { readonly removed: number; readonly changed: number };
  /** Entries of the import journal and of the ledger's log that lose it. */
  readonly journal: number;
  readonly log: number;
  /** Versions of objects in buckets. */
  readonly versions: Readonly<Record<string, RemovedVersions>>;
  /** Files that name it and must stay. */
  readonly kept: readonly KeptFile[];
  /** Earlier erasures of the tenant: when, and their records in the lake. */
  readonly earlier: readonly { readonly at: string; readonly record: string }[];
  /** Path of the record in the lake, and whether it is signed; absent after a dry run, or when nothing was left to erase. */
  readonly record?: { readonly path: string; readonly signed: boolean };
}

/**
 * Takes a tenant out of a lake. Its lines, samples, heartbeats, identities and quarantined records go; what the ledger counted
 * of it becomes `_erased`'s, in place, also in sealed dates, so that every total stays; events of the platform that tell of it
 * keep their counts. Billing exports stay and are listed. A record of it, signed, stays in the lake, and an entry in the log.
 * May be interrupted at any point: the next run finishes it as one. Throws INPUT_NOT_FOUND when nothing in the lake tells of
 * the tenant and nothing ever did, LAKE_BUSY, LAKE_DAMAGED, CHECK_FAILED when something is left that no store owns.
 */
export async function eraseTenant(options: ErasureOptions): Promise<ErasureSummary> {
  await checkLake(options.lake);
  if (options.dryRun) return withScratch(options, (connection) => dryRun(connection, options));
  const unlock = await options.lock(options.lake);
  try {
    const unlockDeliveries = await options.ports.lockDeliveries(options.lake);
    try {
      return await erase(options);
    } finally {
      await unlockDeliveries();
    }
  } finally {
    await unlock();
  }
}

async function withScratch<T>(options: ErasureOptions, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { connection, close } = await openScratch(options);
  try {
    return await work(connection);
  } finally {
    await close();
  }
}

async function dryRun(connection: DuckDBConnection, options: ErasureOptions): Promise<ErasureSummary> {
  const { lake, tenant, ports } = options;
  const log = await readLog(lake);
  const survey = await surveyTenant(connection, lake, tenant, ports);
  const versions = await removeVersions(options, true);
  const pending = await pendingErasureOf(lake, tenant.id);
  if (pending === undefined) mustHaveBeen(survey, versions, log, tenant);
  return summaryOf(survey, versions, await keptFiles(connection, options), log, tenant);
}

async function erase(options: ErasureOptions): Promise<ErasureSummary> {
  const { lake, tenant, ports } = options;
  const now = options.clock();
  const fault = options.fault ?? (() => undefined);
  await ports.settleDeliveries(lake);
  await finishInterrupted(lake, await readLog(lake), now);
  options.onProgress?.('booking what is not booked yet');
  const { clock, memoryMb, threads } = options;
  await buildLedger({ lake, clock, memoryMb, threads });
  return withScratch(options, async (connection) => {
    const log = await readLog(lake);
    let pending = await withoutEnded(lake, log, await pendingErasureOf(lake, tenant.id));
    options.onProgress?.('looking through the lake');
    const survey = await surveyTenant(connection, lake, tenant, ports);
    const kept = await keptFiles(connection, options);
    if (pending === undefined) {
      const there = await removeVersions(options, true);
      mustHaveBeen(survey, there, log, tenant);
      if (isNothing(survey) && isNone(there)) return summaryOf(survey, there, kept, log, tenant);
    }
    const before = await ledgerTotals(connection, lake);
    pending = await addSurvey(lake, pending ?? beginErasure(tenant.id, isoInstant(now), before), survey);
    await writePending(lake, pending);
    fault('begun');
    const staged = join(lake, LAKE.staging, `erasure-${pending.id}`);
    await rm(staged, { recursive: true, force: true });
    const place = { connection, lake, tenant, staged, key: pending.key, ports };
    options.onProgress?.('writing what stays');
    const written = await stageErasure(place, survey);
    fault('staged');
    await applyErasure(place, survey, written, fault);
    const versions = await removeVersions(options, false);
    pending = addVersions(pending, versions);
    await writePending(lake, pending);
    const spill = await connection.runAndReadAll("select current_setting('temp_directory')");
    await clearStaging(lake, [String(spill.getRows()[0]?.[0])]);
    options.onProgress?.('looking through the lake again');
    mustBeEqual(before, await ledgerTotals(connection, lake));
    const searched = await mustBeGone(connection, options);
    const totals = { first: pending.totals, before, after: await ledgerTotals(connection, lake) };
    const record = await endErasure({ ...options, pending, kept, totals, searched, fault });
    return { ...summaryOf(survey, versions, kept, log, tenant), record };
  });
}

/** A pending erasure whose entry stands in the log has ended: only its file was left. */
async function withoutEnded(
  lake: string,
  log: readonly LogEntry[],
  pending: PendingErasure | undefined,
): Promise<PendingErasure | undefined> {
  if (pending === undefined || !log.some((entry) => entry.kind === 'erasure' && entry.salt === pending.salt))
    return pending;
  await rm(join(lake, pendingPath(pending)), { force: true });
  return undefined;
}

/** A name nobody ever heard of is a mistyped one. */
function mustHaveBeen(
  survey: TenantSurvey,
  versions: Readonly<Record<string, RemovedVersions>>,
  log: readonly LogEntry[],
  tenant: TenantNames,
): void {
  if (!isNothing(survey) || !isNone(versions) || earlierOf(log, tenant).length > 0) return;
  throw new AppError('INPUT_NOT_FOUND', 'nothing in this lake tells of the tenant', {
    got: tenant.id,
    hint: 'check the id and --lake: an erasure that finds nothing proves nothing',
  });
}

const isNone = (versions: Readonly<Record<string, RemovedVersions>>): boolean =>
  Object.values(versions).every((store) => store.versions === 0 && store.locked.length === 0);

function keptFiles(
  connection: DuckDBConnection,
  { exports, tenant, exportsDays }: ErasureOptions,
): Promise<readonly KeptFile[]> {
  return keptExports(connection, exports, tenant, exportsDays);
}

async function removeVersions(
  { stores, tenant }: ErasureOptions,
  dry: boolean,
): Promise<Readonly<Record<string, RemovedVersions>>> {
  const removed: Record<string, RemovedVersions> = {};
  for (const store of stores) {
    const all = [];
    for (const folder of [LAKE.events, LAKE.compacted])
      all.push(await store.remove(`${folder}/tenant_id=${tenant.id}/`, dry));
    removed[store.name] = {
      versions: all.reduce((sum, { versions }) => sum + versions, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
      locked: all.flatMap(({ locked }) => locked),
    };
  }
  return removed;
}

function addVersions(pending: PendingErasure, versions: Readonly<Record<string, RemovedVersions>>): PendingErasure {
  const all = { ...pending.versions };
  for (const [name, { versions: count, bytes, locked }] of Object.entries(versions)) {
    const known = all[name] ?? { versions: 0, bytes: 0, locked: 0, locked_until: null };
    const until =
      locked
        .flatMap((version) => version.until ?? [])
        .sort()
        .at(-1) ?? null;
    all[name] = {
      versions: known.versions + count,
      bytes: known.bytes + bytes,
      locked: locked.length,
      locked_until: until,
    };
  }
  return { ...pending, versions: all };
}

/** What was found, told by hashes, before any of it is changed. */
async function addSurvey(lake: string, pending: PendingErasure, survey: TenantSurvey): Promise<PendingErasure> {
  const files = async (found: readonly { readonly path: string; readonly rows?: number }[]): Promise<FoundFile[]> => {
    const all: FoundFile[] = [];
    for (const { path, rows = 0 } of found) all.push({ path, rows, ...(await hashFile(join(lake, path))) });
    return all;
  };
  const quarantine = survey.quarantine.map(({ path, removed, changed }) => ({ path, rows: removed + changed }));
  const objects = await files(survey.objects);
  let all = pending;
  for (const [store, found] of [
    ['events', objects.filter(({ path }) => path.startsWith(`${LAKE.events}/`))],
    ['compacted_events', objects.filter(({ path }) => path.startsWith(`${LAKE.compacted}/`))],
    ['platform_events', await files(survey.platform)],
    ['ledger', await files(survey.ledger)],
    ['ids', await files(survey.ids)],
    ['quarantine', await files(quarantine)],
    ['journal', await files(survey.journal.map(({ unit }) => ({ path: `${LAKE.journal}/${unit}.json` })))],
  ] as const)
    all = addFound(all, store, found);
  return all;
}

/** Looks once more: what is left would be left for good. Returns how many files were looked at. */
async function mustBeGone(connection: DuckDBConnection, { lake, tenant, ports }: ErasureOptions): Promise<number> {
  const survey = await surveyTenant(connection, lake, tenant, ports);
  const { files, telling } = await searchLake(lake, tenant);
  const stores = [...survey.objects, ...survey.platform, ...survey.ledger, ...survey.ids, ...survey.quarantine];
  const left = [
    ...stores.map(({ path }) => path),
    ...survey.journal.map(({ unit }) => `${LAKE.journal}/${unit}.json`),
    ...survey.log.map(({ number }) => `entry ${number} of the log`),
    ...telling,
  ];
  if (left.length === 0) return files;
  throw new AppError('CHECK_FAILED', `${left.length} file(s) still tell of the tenant`, {
    got: left.slice(0, 5).join(', '),
    hint: 'what belongs to no store of the lake has to be removed by hand; then run the same command again: the erasure has not ended',
  });
}

function earlierOf(log: readonly LogEntry[], { id }: TenantNames): readonly { at: string; record: string }[] {
  const erasures = log.filter((entry): entry is Erasure => entry.kind === 'erasure');
  return erasures
    .filter(({ salt, tenant }) => erasedHash(id, salt) === tenant)
    .map(({ erased_at: at, record }) => ({ at, record }));
}

function summaryOf(
  survey: TenantSurvey,
  versions: Readonly<Record<string, RemovedVersions>>,
  kept: readonly KeptFile[],
  log: readonly LogEntry[],
  tenant: TenantNames,
): ErasureSummary {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const { objects, lines, platform, ledger, ids, quarantine, journal } = survey;
  return {
    events: { objects: objects.length, lines, bytes: sum(objects.map(({ bytes }) => bytes)) },
    platform: { objects: platform.length, rows: sum(platform.map(({ rows }) => rows)) },
    ledger: { files: ledger.length, rows: sum(ledger.map(({ rows }) => rows)) },
    ids: sum(ids.map(({ rows }) => rows)),
    quarantine: {
      removed: sum(quarantine.map(({ removed }) => removed)),
      changed: sum(quarantine.map(({ changed }) => changed)),
    },
    journal: journal.length,
    log: survey.log.length,
    versions,
    kept,
    earlier: earlierOf(log, tenant),
  };
}
