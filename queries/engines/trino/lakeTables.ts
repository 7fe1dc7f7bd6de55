import { createHash } from 'node:crypto';
import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  EVENT_COLUMNS,
  LAKE,
  LEDGER_COLUMNS,
} from '../../../model/index.js';
import { sqlText } from '../sqlText.js';
import { trinoType } from './trinoType.js';

/** The external tables over one lake, and the statements that make them where they are not there yet. */
export interface LakeTables {
  readonly schema: string;
  readonly usage: string;
  readonly bookedEvents: string;
  readonly bookedHeartbeats: string;
  readonly bookedSources: string;
  readonly events: string;
  /** Tables over the ledger's bookings; the folder must exist. */
  readonly createBookings: readonly string[];
}

/**
 * Tables over whole folders of a lake at `location`. They say where files can be, never which ones count: that is for the
 * views, which name files. The schema is named by everything that makes it, so `if not exists` never means another lake or
 * an older version's columns.
 */
export function lakeTables(catalog: string, location: string): LakeTables {
  const tables = [
    table('usage', LAKE.bookings, LEDGER_COLUMNS),
    table('booked_events', LAKE.bookings, BOOKED_EVENTS_COLUMNS),
    table('booked_heartbeats', LAKE.bookings, BOOKED_HEARTBEATS_COLUMNS),
    table('booked_sources', LAKE.bookings, BOOKED_SOURCES_COLUMNS),
    table('events', LAKE.events, EVENT_COLUMNS),
  ];
  function table(name: string, folder: string, columns: readonly Column[]): { name: string; rest: string } {
    const list = columns.map((column) => `"${column.name}" ${trinoType(column.type)}`).join(', ');
    const place = sqlText(lakePath(location, folder));
    return { name, rest: `(${list}) with (external_location = ${place}, format = 'PARQUET')` };
  }
  const digest = createHash('sha256').update(JSON.stringify(tables)).digest('hex').slice(0, 12);
  const schema = `"${catalog}"."tenantscope_${digest}"`;
  return {
    schema,
    usage: `${schema}.usage`,
    bookedEvents: `${schema}.booked_events`,
    bookedHeartbeats: `${schema}.booked_heartbeats`,
    bookedSources: `${schema}.booked_sources`,
    events: `${schema}.events`,
    createBookings: [
      `create schema if not exists ${schema}`,
      ...tables.map(({ name, rest }) => `create table if not exists ${schema}.${name} ${rest}`),
    ],
  };
}

/** Where Trino sees a path of the lake. `location` may end with a slash: `local:///` is the root itself. */
export function lakePath(location: string, path: string): string {
  return `${location.endsWith('/') ? location.slice(0, -1) : location}/${path}`;
}
