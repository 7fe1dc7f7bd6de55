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
  LEDGER_COLUMNS,
  type ListPrice,
  picodollarsPerUnit,
  type Registry,
} from '../../model/index.js';
import { readObjectIndex } from '../lake/readObjectIndex.js';
import { type RowSource, selectRows } from '../lake/selectRows.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from '../ledger/bookingFiles.js';
import { findGaps } from '../ledger/findGaps.js';
import { readLog } from '../ledger/ledgerLog.js';
import { ledgerParts, readableObjects } from './bookedFiles.js';
import { checkLake } from './checkLake.js';
import { interruptible } from './duckdb/interruptible.js';
import { speakTrino } from './duckdb/speakTrino.js';
import type { Engine } from './Engine.js';
import { createEventViews, existing } from './eventViews.js';
import { heardHours } from './heardHours.js';
import { openScratch } from './openScratch.js';
import { queryDuckDb } from './queryDuckDb.js';
import { sqlText } from './sqlText.js';

/** What the embedded engine reads and may use. */
export interface DuckDbOptions {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  /** Interrupts the statement that runs, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * DuckDB over a local lake, closed in: it reads the lake's folder and nothing else, has no network, and its settings are
 * locked. Statements mean what they mean on Trino (`speakTrino`). Views: `ledger`, `booked_events`, `booked_heartbeats`,
 * `booked_sources`, `heartbeats`, `events`, `event_usage` (finished bookings only), `quarantine`, `list_prices`, `tenants`.
 * Throws LAKE_NOT_FOUND.
 */
export async function openDuckDb(options: DuckDbOptions): Promise<Engine> {
  await checkLake(options.lake);
  const lake = resolve(options.lake);
  const gaps = await findGaps(lake);
  const { connection, close } = await openScratch({ lake, memoryMb: options.memoryMb, threads: options.threads });
  await speakTrino(connection);
  const eventGaps = await createViews(connection, lake, options);
  await connection.run(`set global allowed_directories = [${sqlText(`${lake}/`)}]`);
  await connection.run('set global enable_external_access = false');
  await connection.run('set global lock_configuration = true');
  return {
    gaps,
    eventGaps,
    query: (sql) => interruptible(connection, options.signal, () => queryDuckDb(connection, sql)),
    close,
  };
}

async function createViews(
  connection: DuckDBConnection,
  lake: string,
  options: DuckDbOptions,
): Promise<readonly string[]> {
  const parts = await ledgerParts(lake);
  const index = await readObjectIndex(lake, await readLog(lake));
  const finished = parts.map(({ folder }) => join(lake, folder));
  await bookingView(
    connection,
    'ledger',
    LEDGER_COLUMNS,
    finished.map((folder) => join(folder, 'usage.parquet')),
  );
  await bookingView(
    connection,
    'booked_events',
    BOOKED_EVENTS_COLUMNS,
    finished.map((folder) => join(folder, 'events.parquet')),
  );
  const some = (file: string) => existing(finished.map((folder) => join(folder, file)));
  await bookingView(connection, 'heartbeat_rows', BOOKED_HEARTBEATS_COLUMNS, await some(HEARTBEATS_FILE));
  await connection.run(`create view booked_heartbeats as ${heardHours('duckdb', 'from heartbeat_rows')}`);
  await bookingView(connection, 'booked_sources', BOOKED_SOURCES_COLUMNS, await some(SOURCES_FILE));
  const objects = await readableObjects(lake, parts, index);
  if (objects.lost === 0) await heartbeatView(connection, { lake, index, objects: objects.readable });
  await connection.run('create table list_prices (service varchar, meter varchar, picodollars_per_unit bigint)');
  for (const price of options.listPrices) {
    await connection.run(
      `insert into list_prices values (${sqlText(price.service)}, ${sqlText(price.meter)}, ${picodollarsPerUnit(price)})`,
    );
  }
  await connection.run('create table tenants (tenant_id varchar, name varchar, plan varchar)');
  for (const tenant of options.registry.tenants.values()) {
    const values = [tenant.id, tenant.name ?? tenant.id, tenant.plan ?? ''].map(sqlText).join(', ');
    await connection.run(`insert into tenants values (${values})`);
  }
  return createEventViews(connection, { lake, index }, objects);
}

/** Heartbeats of booked objects, by format: a name an application can print, the format it cannot. */
async function heartbeatView(connection: DuckDBConnection, source: RowSource): Promise<void> {
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

async function bookingView(
  connection: DuckDBConnection,
  name: string,
  columns: readonly Column[],
  files: readonly string[],
): Promise<void> {
  if (files.length === 0) {
    await connection.run(`create table ${name} (${duckdbColumnList(columns)})`);
    return;
  }
  const list = columns
    .map((column) => `cast(${column.name} as ${duckdbType(column.type)}) as ${column.name}`)
    .join(', ');
  await connection.run(`create view ${name} as select ${list} from read_parquet([${files.map(sqlText).join(', ')}])`);
}
