import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_COLUMNS, EVENT_SCHEMA_VERSION, LAKE, ORIGIN_COLUMNS } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { hashFile } from '../../lake/hashFile.js';
import { syncPath } from '../../lake/replaceFile.js';
import { selectFiles } from '../../lake/selectRows.js';
import { anonymousEvents } from './anonymousEvents.js';
import type { ErasurePorts, QuarantineFind } from './ErasurePorts.js';
import { isOptional, rewriteLedgerFile } from './rewriteLedgerFile.js';
import { asIs, subjectOf, type TenantSurvey } from './surveyTenant.js';
import type { TenantNames } from './TenantNames.js';

/** A file written anew, in staging. */
export interface RewrittenFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly schemaVersion: number;
}

/** What takes the place of files that tell of the tenant; paths are those in the lake, and below the folder in staging. */
export interface StagedErasure {
  /** Events of the platform, by path. */
  readonly events: ReadonlyMap<string, RewrittenFile>;
  /** Identities of expired lines, by path. */
  readonly ids: ReadonlyMap<string, RewrittenFile>;
  /** Files of bookings. */
  readonly ledger: readonly RewrittenFile[];
  /** Files of bookings of which nothing is left. */
  readonly gone: readonly string[];
  readonly quarantine: readonly QuarantineFind[];
}

/** Where an erasure works. */
export interface ErasurePlace {
  readonly connection: DuckDBConnection;
  readonly lake: string;
  readonly tenant: TenantNames;
  /** Folder in staging. */
  readonly staged: string;
  /** Key of the hashes that take the place of series. */
  readonly key: string;
  readonly ports: ErasurePorts;
}

/** Writes every file that tells of a tenant anew, without it, into staging; the lake stays as it is. */
export async function stageErasure(place: ErasurePlace, survey: TenantSurvey): Promise<StagedErasure> {
  const { lake, tenant, staged, ports } = place;
  const events = new Map<string, RewrittenFile>();
  for (const { path } of survey.platform) events.set(path, await rewriteEvents(place, path));
  const ids = new Map<string, RewrittenFile>();
  for (const { path } of survey.ids) ids.set(path, await rewriteLedger(place, path));
  const ledger: RewrittenFile[] = [];
  const gone: string[] = [];
  for (const { path } of survey.ledger) {
    const written = await rewriteLedger(place, path);
    if (written.rows === 0 && isOptional(path)) gone.push(path);
    else ledger.push(written);
  }
  const quarantine = await ports.stageQuarantine(lake, subjectOf(tenant), staged);
  return { events, ids, ledger, gone, quarantine };
}

async function rewriteEvents(
  { connection, lake, tenant, staged, key }: ErasurePlace,
  path: string,
): Promise<RewrittenFile> {
  const { columns } = anonymousEvents(tenant, key);
  const compacted = path.startsWith(`${LAKE.compacted}/`);
  const origin = ORIGIN_COLUMNS.map(({ name }) => name);
  const source = await selectFiles(connection, lake, [asIs(path)], EVENT_COLUMNS);
  const select = [...columns, ...(compacted ? origin : [])].join(', ');
  // The order a delivery, or a compaction, has given them: a booking tells equal lines apart by their place.
  const order = compacted ? 'event_time, origin_object, origin_row' : 'origin_row';
  const to = join(staged, path);
  await mkdir(dirname(to), { recursive: true });
  const copied = await connection.run(
    `copy (select ${select} from (${source}) e order by ${order
      .split(', ')
      .map((name) => `e.${name}`)
      .join(', ')})
     to ${sqlText(to)} (format parquet, compression zstd)`,
  );
  await syncPath(to);
  return { path, rows: copied.rowsChanged, schemaVersion: EVENT_SCHEMA_VERSION, ...(await hashFile(to)) };
}

async function rewriteLedger(
  { connection, lake, tenant, staged, key }: ErasurePlace,
  path: string,
): Promise<RewrittenFile> {
  const to = join(staged, path);
  const rows = await rewriteLedgerFile(connection, join(lake, path), to, tenant, key);
  return { path, rows, schemaVersion: 0, ...(await hashFile(to)) };
}
