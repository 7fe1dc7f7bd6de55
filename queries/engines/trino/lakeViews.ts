import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  HEARTBEAT_COLUMNS,
  HEARTBEAT_KEYS,
  LEDGER_COLUMNS,
  type ListPrice,
  picodollarsPerUnit,
  type Registry,
} from '../../../model/index.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from '../../ledger/bookingFiles.js';
import type { LedgerPart } from '../bookedFiles.js';
import { heardHours } from '../heardHours.js';
import { sqlText } from '../sqlText.js';
import { type LakeTables, lakePath } from './lakeTables.js';
import { trinoType } from './trinoType.js';
import type { Views } from './withViews.js';

/** What the views are made of. */
export interface LakeViewsOptions {
  readonly tables: LakeTables;
  readonly location: string;
  readonly parts: readonly LedgerPart[];
  /** The booked objects; undefined when one is gone, and then there are no heartbeats to ask for. */
  readonly objects: readonly string[] | undefined;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
}

/** The views every engine offers, as Trino queries that read exactly the files named: `$path` chooses them before reading. */
export function lakeViews(options: LakeViewsOptions): Views {
  const { tables, location, parts, objects } = options;
  const files = (name: string): readonly string[] => parts.map(({ folder }) => lakePath(location, `${folder}/${name}`));
  const views = new Map([
    ['ledger', select(LEDGER_COLUMNS, tables.usage, files('usage.parquet'))],
    ['booked_events', select(BOOKED_EVENTS_COLUMNS, tables.bookedEvents, files('events.parquet'))],
    [
      'booked_heartbeats',
      heardHours('trino', select(BOOKED_HEARTBEATS_COLUMNS, tables.bookedHeartbeats, files(HEARTBEATS_FILE))),
    ],
    ['booked_sources', select(BOOKED_SOURCES_COLUMNS, tables.bookedSources, files(SOURCES_FILE))],
    ['list_prices', listPrices(options.listPrices)],
    ['tenants', tenants(options.registry)],
  ]);
  if (objects !== undefined) {
    const paths = objects.map((object) => lakePath(location, object));
    views.set('heartbeats', select(HEARTBEAT_COLUMNS, heartbeatsOf(tables.events), paths));
  }
  return views;
}

function select(columns: readonly Column[], from: string, paths: readonly string[]): string {
  if (paths.length === 0) return nothing(columns);
  return `select ${columns.map(({ name }) => `"${name}"`).join(', ')} from ${from} where "$path" in (${paths.map(sqlText).join(', ')})`;
}

/** Heartbeats by format: a name an application can print, the format it cannot. */
function heartbeatsOf(events: string): string {
  const list = HEARTBEAT_COLUMNS.map(({ name, type }) => {
    const counted = HEARTBEAT_KEYS.some((key) => key === name);
    if (counted)
      return `cast(element_at(attributes, ${sqlText(`heartbeat.${name}`)}) as ${trinoType(type)}) as "${name}"`;
    // The table is over the whole folder, whose partitions no catalogue knows.
    if (name === 'tenant_id') return `regexp_extract("$path", '/tenant_id=([^/]+)/dt=', 1) as tenant_id`;
    return `"${name}"`;
  }).join(', ');
  return `(select ${list}, "$path" from ${events} where format = 'heartbeat')`;
}

function listPrices(prices: readonly ListPrice[]): string {
  const columns: readonly Column[] = [varchar('service'), varchar('meter'), bigint('picodollars_per_unit')];
  return values(
    columns,
    prices.map((price) => [price.service, price.meter, String(picodollarsPerUnit(price))]),
  );
}

function tenants(registry: Registry): string {
  const columns = [varchar('tenant_id'), varchar('name'), varchar('plan')];
  return values(
    columns,
    [...registry.tenants.values()].map(({ id, name, plan }) => [id, name ?? id, plan ?? '']),
  );
}

const varchar = (name: string): Column => ({ name, type: 'varchar', description: '' });
const bigint = (name: string): Column => ({ name, type: 'bigint', description: '' });

function values(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return nothing(columns);
  const list = columns.map(({ name, type }) => `cast("${name}" as ${trinoType(type)}) as "${name}"`).join(', ');
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  return `select ${list} from (values ${rows.map((row) => `(${row.map(sqlText).join(', ')})`).join(', ')}) t (${names})`;
}

/** No rows, of these columns: `in ()` and `values` cannot be empty. */
function nothing(columns: readonly Column[]): string {
  return `select ${columns.map(({ name, type }) => `cast(null as ${trinoType(type)}) as "${name}"`).join(', ')} where false`;
}
