import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  EVENT_COLUMNS,
  type ImportUnit,
  isCustomerTenantId,
  LAKE,
  type LogEntry,
  partitionOf,
  RESERVED_TENANTS,
} from '../../../model/index.js';
import { listFiles } from '../../lake/listFiles.js';
import type { HeldIn } from '../../lake/ObjectIndex.js';
import { readJournal } from '../../lake/readJournal.js';
import { selectFiles } from '../../lake/selectRows.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { anonymousEvents } from './anonymousEvents.js';
import type { ErasurePorts, QuarantineFind } from './ErasurePorts.js';
import { rowsNaming } from './rewriteLedgerFile.js';
import type { TenantNames } from './TenantNames.js';

/** A file, and how many rows of it tell of the tenant. */
export interface TellingFile {
  /** Path in the lake. */
  readonly path: string;
  readonly rows: number;
}

/** Everything in a lake that tells of one tenant. */
export interface TenantSurvey {
  /** Its own objects, delivered and compacted: they go whole. */
  readonly objects: readonly { readonly path: string; readonly bytes: number }[];
  /** Lines in them, as the log and the journal count them. */
  readonly lines: number;
  /** Objects of the platform and of nobody with rows that name it. */
  readonly platform: readonly TellingFile[];
  /** Files of bookings and sealed dates. */
  readonly ledger: readonly TellingFile[];
  /** Files of identities of lines past their retention. */
  readonly ids: readonly TellingFile[];
  readonly quarantine: readonly QuarantineFind[];
  /** Entries of the import journal, by unit. */
  readonly journal: readonly ImportUnit[];
  /** Entries of the ledger's log, by number. */
  readonly log: readonly LogEntry[];
}

/** True when nothing in the lake tells of the tenant. */
export function isNothing(survey: TenantSurvey): boolean {
  const { objects, platform, ledger, ids, quarantine, journal, log } = survey;
  return [objects, platform, ledger, ids, quarantine, journal, log].every((found) => found.length === 0);
}

/** Looks through every store of a lake for a tenant; changes nothing. Throws LAKE_DAMAGED, READ_FAILED, INPUT_INVALID. */
export async function surveyTenant(
  connection: DuckDBConnection,
  lake: string,
  tenant: TenantNames,
  ports: Pick<ErasurePorts, 'stageQuarantine'>,
): Promise<TenantSurvey> {
  const log = await readLog(lake);
  const journal = await readJournal(lake);
  const files = [...(await listFiles(lake, LAKE.events)), ...(await listFiles(lake, LAKE.compacted))];
  const own = files.filter((path) => emitterOf(path) === tenant.id);
  const objects = await Promise.all(own.map(async (path) => ({ path, bytes: (await stat(join(lake, path))).size })));
  return {
    objects,
    lines: linesOf(journal, tenant),
    platform: await platformFiles(connection, lake, files, tenant),
    ledger: await tellingFiles(connection, lake, LAKE.bookings, tenant),
    ids: await tellingFiles(connection, lake, LAKE.ids, tenant),
    quarantine: await ports.stageQuarantine(lake, subjectOf(tenant), undefined),
    journal: journal.filter((unit) => journalTells(unit, tenant)),
    log: log.filter((entry) => entryTells(entry, tenant)),
  };
}

/** Whose a quarantined line is: by its envelope; one that names nobody, or the platform, also by what it says. */
export function subjectOf(tenant: TenantNames): Parameters<ErasurePorts['stageQuarantine']>[1] {
  return {
    owns: ({ tenant_id: stamp, namespace }, text) => {
      if (stamp === tenant.id || (namespace !== undefined && tenant.names.includes(namespace))) return true;
      const another = stamp !== undefined && isCustomerTenantId(stamp);
      return !another && tenant.isIn(text);
    },
    names: (text) => tenant.isIn(text),
  };
}

/** The tenant in whose partition a path lies. */
export function emitterOf(path: string): string {
  return partitionOf(path)?.tenantId ?? '';
}

const PLATFORM: ReadonlySet<string> = new Set([RESERVED_TENANTS.shared, RESERVED_TENANTS.unknown]);

async function platformFiles(
  connection: DuckDBConnection,
  lake: string,
  files: readonly string[],
  tenant: TenantNames,
): Promise<readonly TellingFile[]> {
  const found: TellingFile[] = [];
  const { names } = anonymousEvents(tenant, '');
  for (const path of files.filter((file) => PLATFORM.has(emitterOf(file)))) {
    const rows = await selectFiles(connection, lake, [asIs(path)], EVENT_COLUMNS);
    const counted = await connection.runAndReadAll(`select count(*) from (${rows}) where ${names}`);
    const telling = Number(counted.getRows()[0]?.[0] ?? 0);
    if (telling > 0) found.push({ path, rows: telling });
  }
  return found;
}

/** A file of whatever version: its columns are looked at. */
export function asIs(path: string): HeldIn {
  return { object: path, schema: 0 };
}

async function tellingFiles(
  connection: DuckDBConnection,
  lake: string,
  folder: string,
  tenant: TenantNames,
): Promise<readonly TellingFile[]> {
  const found: TellingFile[] = [];
  for (const path of (await listFiles(lake, folder)).filter((name) => name.endsWith('.parquet'))) {
    const rows = await rowsNaming(connection, join(lake, path), tenant);
    if (rows > 0) found.push({ path, rows });
  }
  return found;
}

/** True for a line count of the tenant's partitions, by `tenant_id=…/dt=…`. */
export function isOwnPartition(partition: string, tenant: TenantNames): boolean {
  return partition.startsWith(`tenant_id=${tenant.id}/`);
}

function journalTells({ files, delivery }: ImportUnit, tenant: TenantNames): boolean {
  return (
    files.some(({ name }) => tenant.isIn(name)) ||
    Object.keys(delivery?.lines ?? {}).some((partition) => isOwnPartition(partition, tenant)) ||
    (delivery?.objects ?? []).some(({ path }) => emitterOf(path) === tenant.id)
  );
}

function entryTells(entry: LogEntry, { id }: TenantNames): boolean {
  if (entry.kind === 'booking') return entry.objects.some(({ emitter }) => emitter === id);
  if (entry.kind === 'compaction' || entry.kind === 'retention')
    return entry.partitions.some(({ emitter }) => emitter === id);
  return false;
}

function linesOf(journal: readonly ImportUnit[], tenant: TenantNames): number {
  const own = journal
    .flatMap(({ delivery }) => delivery?.objects ?? [])
    .filter(({ path }) => emitterOf(path) === tenant.id);
  return own.reduce((sum, { rows }) => sum + rows, 0);
}
