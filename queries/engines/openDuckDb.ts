import { join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  duckdbColumnList,
  duckdbType,
  EVENT_COLUMNS,
  HEARTBEAT_COLUMNS,
  HEARTBEAT_KEYS,
  LAKE,
  LEDGER_COLUMNS,
  type ListPrice,
  picodollarsPerUnit,
  type Registry,
  type TenantId,
  USAGE_RECENT_COLUMNS,
} from '../../model/index.js';
import { goneErrors } from '../lake/errorObjects.js';
import { readObjectIndex } from '../lake/readObjectIndex.js';
import { type RowSource, selectRows } from '../lake/selectRows.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from '../ledger/bookingFiles.js';
import { findGaps } from '../ledger/findGaps.js';
import { readLog } from '../ledger/ledgerLog.js';
import { watermark } from '../ledger/watermark.js';
import { ledgerParts, readableObjects } from './bookedFiles.js';
import { checkLake } from './checkLake.js';
import { duckDbStatements } from './duckdb/duckDbStatements.js';
import { speakTrino } from './duckdb/speakTrino.js';
import type { Engine } from './Engine.js';
import { createEventViews, existing } from './eventViews.js';
import { heardHours } from './heardHours.js';
import { openScratch } from './openScratch.js';
import { recentFiles } from './recentFiles.js';
import { filesHolding, scanFiles } from './scanFiles.js';
import { type SmallViewOptions, smallViews } from './smallViews.js';
import { sqlText } from './sqlText.js';
import { TENANT_VIEWS, tenantGaps, VIEW_OWNERS } from './viewOwners.js';

/** What the embedded engine reads and may use. */
export interface DuckDbOptions extends SmallViewOptions {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  /** Opens it for this one tenant: it holds and reaches that tenant's rows and files only. */
  readonly tenant?: TenantId;
  /** Interrupts the statement that runs, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * DuckDB over a local lake, closed in: it reads the lake's folder and nothing else, has no network, and its settings are
 * locked. Statements mean what they mean on Trino (`speakTrino`). Views: `ledger`, `booked_events`, `booked_heartbeats`,
 * `booked_sources`, `usage_recent`, `heartbeats`, `events`, `event_usage` (finished bookings only), `quarantine`, `list_prices`,
 * `tenants`, and those of `smallViews`. Throws LAKE_NOT_FOUND.
 *
 * Opened for a tenant it copies that tenant's rows of the ledger before it closes itself in with that tenant's partitions:
 * no statement, whatever it says, can reach another row. There is no `quarantine` then, and of `event_usage` what the tenant's
 * own lines state: those of shared services are the platform's.
 */
export async function openDuckDb(options: DuckDbOptions): Promise<Engine> {
  await checkLake(options.lake);
  const lake = resolve(options.lake);
  const { tenant, signal } = options;
  const gaps = await findGaps(lake);
  const scope: Scope = { tenant, files: new Map() };
  const { connection, close } = await openScratch({ lake, memoryMb: options.memoryMb, threads: options.threads });
  try {
    await speakTrino(connection);
    const eventGaps = await createViews(connection, lake, options, scope);
    const reach = tenant === undefined ? [`${lake}/`] : tenantFolders(lake, tenant);
    await connection.run(`set global allowed_directories = [${reach.map(sqlText).join(', ')}]`);
    await connection.run('set global enable_external_access = false');
    // The bar itself is never printed; without the setting nothing counts how far a statement is.
    await connection.run('set enable_progress_bar = true');
    await connection.run('set enable_progress_bar_print = false');
    await connection.run('set global lock_configuration = true');
    return {
      gaps: tenant === undefined ? gaps : tenantGaps(gaps),
      eventGaps,
      quarantineGaps: goneErrors(await readLog(lake)),
      ...(tenant === undefined ? {} : await tenantParts(options, tenant)),
      ...duckDbStatements(connection, signal),
      files: (reads) => scanFiles(lake, scope.files, reads),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whose rows are shown, and which files each view is over, which is filled as the views are made. */
interface Scope {
  readonly tenant: TenantId | undefined;
  readonly files: Map<string, readonly string[]>;
}

/** Where a tenant's lines are, as they were delivered and as they were compacted. */
function tenantFolders(lake: string, tenant: TenantId): readonly string[] {
  return [LAKE.events, LAKE.compacted].map((folder) => `${lake}/${folder}/tenant_id=${tenant}/`);
}

/** How far the data goes is the platform's to say, and is asked of an engine that is closed again at once. */
async function tenantParts(options: DuckDbOptions, tenant: TenantId): Promise<Partial<Engine>> {
  const { tenant: _, ...everyone } = options;
  const engine = await openDuckDb(everyone);
  try {
    return { tenant, views: TENANT_VIEWS, ...(await watermark(engine)) };
  } finally {
    await engine.close();
  }
}

async function createViews(
  connection: DuckDBConnection,
  lake: string,
  options: DuckDbOptions,
  scope: Scope,
): Promise<readonly string[]> {
  const parts = await ledgerParts(lake);
  const index = await readObjectIndex(lake, await readLog(lake));
  const finished = parts.map(({ folder }) => join(lake, folder));
  await bookingView(
    connection,
    'ledger',
    LEDGER_COLUMNS,
    finished.map((folder) => join(folder, 'usage.parquet')),
    scope,
  );
  await bookingView(
    connection,
    'booked_events',
    BOOKED_EVENTS_COLUMNS,
    finished.map((folder) => join(folder, 'events.parquet')),
    scope,
  );
  const some = (file: string) => existing(finished.map((folder) => join(folder, file)));
  const heard = await some(HEARTBEATS_FILE);
  await bookingView(connection, HEARTBEAT_ROWS, BOOKED_HEARTBEATS_COLUMNS, heard, scope);
  await connection.run(`create view booked_heartbeats as ${heardHours('duckdb', `from ${HEARTBEAT_ROWS}`)}`);
  await bookingView(connection, 'booked_sources', BOOKED_SOURCES_COLUMNS, await some(SOURCES_FILE), scope);
  const recent = await recentFiles(connection, lake, parts);
  if (recent !== undefined) {
    const paths = recent.files.map((file) => join(lake, file));
    await bookingView(connection, 'usage_recent', USAGE_RECENT_COLUMNS, paths, scope, recent.where);
  }
  const objects = await readableObjects(lake, parts, index, scope.tenant);
  if (objects.lost === 0) await heartbeatView(connection, { lake, index, objects: objects.readable }, scope);
  await connection.run('create table list_prices (service varchar, meter varchar, picodollars_per_unit bigint)');
  for (const price of options.listPrices) {
    await connection.run(
      `insert into list_prices values (${sqlText(price.service)}, ${sqlText(price.meter)}, ${picodollarsPerUnit(price)})`,
    );
  }
  await connection.run('create table tenants (tenant_id varchar, name varchar, plan varchar, cell varchar)');
  for (const tenant of options.registry.tenants.values()) {
    if (scope.tenant !== undefined && tenant.id !== scope.tenant) continue;
    const values = [tenant.id, tenant.name ?? tenant.id, tenant.plan ?? '', tenant.cell].map(sqlText).join(', ');
    await connection.run(`insert into tenants values (${values})`);
  }
  for (const view of await smallViews(lake, options, scope.tenant)) {
    await connection.run(`create table ${view.name} (${duckdbColumnList(view.columns)})`);
    for (const row of view.rows) {
      await connection.run(`insert into ${view.name} values (${row.map(sqlText).join(', ')})`);
    }
  }
  const erased = index.erased.none ? [] : [...options.registry.tenants.keys()].filter((id) => index.erased.has(id));
  return createEventViews(connection, { lake, index }, objects, { ...scope, erased });
}

/** Heartbeats of booked objects, by format: a name an application can print, the format it cannot. */
async function heartbeatView(connection: DuckDBConnection, source: RowSource, scope: Scope): Promise<void> {
  scope.files.set('heartbeats', filesHolding(source));
  if (source.objects.length === 0) {
    await connection.run(`create table heartbeats (${duckdbColumnList(HEARTBEAT_COLUMNS)})`);
    return;
  }
  const list = HEARTBEAT_COLUMNS.map(({ name, type }) => {
    const counted = HEARTBEAT_KEYS.some((key) => key === name);
    const from = counted ? `attributes[${sqlText(`heartbeat.${name}`)}]` : name;
    return `cast(${from} as ${duckdbType(type)}) as ${name}`;
  }).join(', ');
  const rows = await selectRows(connection, source, EVENT_COLUMNS);
  await connection.run(`create view heartbeats as select ${list} from (${rows}) where format = 'heartbeat'`);
}

/** What `booked_heartbeats` is made of; its files and rows count as that view's. */
const HEARTBEAT_ROWS = 'heartbeat_rows';

/** A view over files of bookings. For one tenant a copy of its rows: the files hold everyone's. */
async function bookingView(
  connection: DuckDBConnection,
  name: string,
  columns: readonly Column[],
  files: readonly string[],
  { tenant, files: record }: Scope,
  where = 'true',
): Promise<void> {
  const view = name === HEARTBEAT_ROWS ? 'booked_heartbeats' : name;
  const owner = VIEW_OWNERS[view];
  if (tenant !== undefined && owner === undefined) return;
  if (files.length === 0) {
    await connection.run(`create table ${name} (${duckdbColumnList(columns)})`);
    return;
  }
  const list = columns
    .map((column) => `cast(${column.name} as ${duckdbType(column.type)}) as ${column.name}`)
    .join(', ');
  const select = `select ${list} from read_parquet([${files.map(sqlText).join(', ')}]) where (${where})`;
  if (tenant === undefined) {
    record.set(view, files);
    await connection.run(`create view ${name} as ${select}`);
  } else {
    await connection.run(`create table ${name} as ${select} and ${owner} = ${sqlText(tenant)}`);
  }
}
