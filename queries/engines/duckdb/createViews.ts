import { join } from 'node:path';
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
} from '../../../model/index.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { type RowSource, selectRows } from '../../lake/selectRows.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from '../../ledger/bookingFiles.js';
import type { KnownLog } from '../../ledger/checkpoint/KnownLog.js';
import { knownParts } from '../../ledger/checkpoint/knownParts.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { partsThere, readableObjects } from '../bookedFiles.js';
import { createEventViews, existing } from '../eventViews.js';
import { heardHours } from '../heardHours.js';
import { recentFiles } from '../recentFiles.js';
import { filesHolding } from '../scanFiles.js';
import { type SmallViewOptions, smallViews } from '../smallViews.js';
import { sqlText } from '../sqlText.js';
import { VIEW_OWNERS } from '../viewOwners.js';
import { type LazyViews, lazyViews } from './lazyViews.js';

/** What an engine stands for: a lake as it was when it was opened. */
export interface OpenedLake {
  /** Absolute. */
  readonly lake: string;
  readonly options: SmallViewOptions & { readonly listPrices: readonly ListPrice[]; readonly registry: Registry };
  readonly log: KnownLog;
  /** The names in the folder of bookings. */
  readonly there: ReadonlySet<string>;
  readonly scope: Scope;
}

/** Whose rows are shown, and which files each view is over, which is filled as the views are made. */
interface Scope {
  readonly tenant: TenantId | undefined;
  readonly files: Map<string, readonly string[]>;
}

/**
 * Makes the views of the ledger, and those of lines when one is asked for.
 *
 * @param later connection that the latter are made on and nothing else is asked of: it would end a stream, and wait for others
 */
export async function createViews(
  connection: DuckDBConnection,
  later: DuckDBConnection,
  opened: OpenedLake,
): Promise<{ readonly views: LazyViews; readonly eventGaps: () => Promise<readonly string[]> }> {
  const { lake, log, there, scope } = opened;
  const names = (await knownParts(log, there)).map(({ name }) => name);
  await bookingViews(connection, opened, names);
  await givenViews(connection, opened);
  let gaps: readonly string[] = [];
  const lines = {
    names: ['heartbeats', 'events', 'event_usage', 'quarantine'],
    make: async (): Promise<void> => {
      gaps = await lineViews(later, opened);
    },
  };
  const recent = { names: ['usage_recent'], make: () => recentView(later, lake, names, scope) };
  // A copy of one tenant's rows, out of files it cannot reach later.
  if (scope.tenant !== undefined) await recent.make();
  const views = lazyViews(scope.tenant === undefined ? [lines, recent] : [lines]);
  return {
    views,
    eventGaps: async () => {
      await views.make(['events']);
      return gaps;
    },
  };
}

/** The ledger and what it says of arrivals and agents. */
async function bookingViews(
  connection: DuckDBConnection,
  { lake, scope }: OpenedLake,
  names: readonly string[],
): Promise<void> {
  const all = (file: string): readonly string[] => names.map((name) => join(lake, LAKE.bookings, name, file));
  const some = (file: string): Promise<readonly string[]> => existing(all(file));
  await bookingView(connection, 'ledger', LEDGER_COLUMNS, all('usage.parquet'), scope);
  await bookingView(connection, 'booked_events', BOOKED_EVENTS_COLUMNS, all('events.parquet'), scope);
  await bookingView(connection, HEARTBEAT_ROWS, BOOKED_HEARTBEATS_COLUMNS, await some(HEARTBEATS_FILE), scope);
  await connection.run(`create view booked_heartbeats as ${heardHours('duckdb', `from ${HEARTBEAT_ROWS}`)}`);
  await bookingView(connection, 'booked_sources', BOOKED_SOURCES_COLUMNS, await some(SOURCES_FILE), scope);
}

/** What is known without reading the lake: the project file, the registry, what waits to be booked. */
async function givenViews(connection: DuckDBConnection, { lake, options, log, scope }: OpenedLake): Promise<void> {
  await connection.run('create table list_prices (service varchar, meter varchar, picodollars_per_unit bigint)');
  const prices = options.listPrices.map((price) => [price.service, price.meter, String(picodollarsPerUnit(price))]);
  await insertRows(connection, 'list_prices', prices);
  await connection.run('create table tenants (tenant_id varchar, name varchar, plan varchar, cell varchar)');
  const tenants = [...options.registry.tenants.values()]
    .filter(({ id }) => scope.tenant === undefined || id === scope.tenant)
    .map(({ id, name, plan, cell }) => [id, name ?? id, plan ?? '', cell]);
  await insertRows(connection, 'tenants', tenants);
  for (const view of await smallViews(lake, log, options, scope.tenant)) {
    await connection.run(`create table ${view.name} (${duckdbColumnList(view.columns)})`);
    await insertRows(connection, view.name, view.rows);
  }
}

/** Rows of one statement: each statement is parsed and committed by itself, which of ten thousand rows takes seconds. */
const ROWS_AT_ONCE = 500;

async function insertRows(
  connection: DuckDBConnection,
  table: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE).map((row) => `(${row.map(sqlText).join(', ')})`);
    await connection.run(`insert into ${table} values ${some.join(', ')}`);
  }
}

/** Usage at 5-minute grain; no view while a file of it is gone. */
async function recentView(
  connection: DuckDBConnection,
  lake: string,
  names: readonly string[],
  scope: Scope,
): Promise<void> {
  const recent = await recentFiles(connection, lake, names);
  if (recent === undefined) return;
  const paths = recent.files.map((file) => join(lake, file));
  await bookingView(connection, 'usage_recent', USAGE_RECENT_COLUMNS, paths, scope, recent.where);
}

/** Single lines of what was booked when the engine was opened, and the quarantine. Returns what they leave out. */
async function lineViews(connection: DuckDBConnection, opened: OpenedLake): Promise<readonly string[]> {
  const { lake, options, log, there, scope } = opened;
  const entries = (await readLog(lake)).slice(0, log.length);
  const index = await readObjectIndex(lake, entries);
  const objects = await readableObjects(lake, partsThere(entries, there), index, scope.tenant);
  if (objects.lost === 0) await heartbeatView(connection, { lake, index, objects: objects.readable }, scope);
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
