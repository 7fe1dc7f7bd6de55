import { createHash } from 'node:crypto';
import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  EVENT_COLUMNS,
  errorTable,
  eventTable,
  type HiveTable,
  LAKE,
  LEDGER_COLUMNS,
  ORIGIN_COLUMNS,
  USAGE_RECENT_COLUMNS,
} from '../../../model/index.js';
import { trinoDdl } from './trinoDdl.js';

/** An external table by its qualified name, and the statement that makes it where it is not there yet. Its folder must exist. */
export interface LakeTable {
  readonly name: string;
  readonly create: string;
}

/** The external tables over one lake. */
export interface LakeTables {
  readonly createSchema: string;
  readonly usage: LakeTable;
  readonly bookedEvents: LakeTable;
  readonly bookedHeartbeats: LakeTable;
  readonly bookedSources: LakeTable;
  readonly usageRecent: LakeTable;
  /** Lines by partition: those of the tenants and arrival dates that a statement names. Delivered, and compacted. */
  readonly lines: LakeTable;
  readonly compactedLines: LakeTable;
  /** The same objects, whoever's: they have no partition columns. */
  readonly objects: LakeTable;
  readonly compactedObjects: LakeTable;
  readonly errors: LakeTable;
  /** Lists of what a view reads, one a file, where there are too many to be named. */
  readonly lists: LakeTable;
}

/** Folder of the lists, below the lake. */
export const LISTS_FOLDER = `${LAKE.staging}/trino-lists`;

const LIST_COLUMNS: readonly Column[] = [{ name: 'entry', type: 'varchar', description: 'a path' }];
const COMPACTED_COLUMNS: readonly Column[] = [...EVENT_COLUMNS, ...ORIGIN_COLUMNS];

/**
 * Tables over whole folders of a lake at `location`. They say where files can be, never which ones count: that is for the
 * views, which name files. The schema is named by everything that makes it, so `if not exists` never means another lake or
 * an older version's columns. `dates` hold every `dt` of the lake's objects.
 */
export function lakeTables(
  catalog: string,
  location: string,
  dates: readonly [first: string, last: string],
): LakeTables {
  const plain = (name: string, folder: string, columns: readonly Column[]): HiveTable => {
    return { name, columns, partitions: [], location: lakePath(location, folder), format: 'parquet' };
  };
  const compacted = eventTable(lakePath(location, LAKE.compacted), dates);
  const tables = {
    usage: plain('usage', LAKE.bookings, LEDGER_COLUMNS),
    bookedEvents: plain('booked_events', LAKE.bookings, BOOKED_EVENTS_COLUMNS),
    bookedHeartbeats: plain('booked_heartbeats', LAKE.bookings, BOOKED_HEARTBEATS_COLUMNS),
    bookedSources: plain('booked_sources', LAKE.bookings, BOOKED_SOURCES_COLUMNS),
    usageRecent: plain('usage_recent', LAKE.bookings, USAGE_RECENT_COLUMNS),
    lines: eventTable(lakePath(location, LAKE.events), dates),
    compactedLines: { ...compacted, name: 'events_compacted', columns: COMPACTED_COLUMNS },
    objects: plain('objects', LAKE.events, EVENT_COLUMNS),
    compactedObjects: plain('objects_compacted', LAKE.compacted, COMPACTED_COLUMNS),
    errors: errorTable(lakePath(location, LAKE.errors)),
    lists: plain('lists', LISTS_FOLDER, LIST_COLUMNS),
  };
  const digest = createHash('sha256').update(JSON.stringify(tables)).digest('hex').slice(0, 12);
  const schema = `"${catalog}"."tenantscope_${digest}"`;
  const made = (table: HiveTable): LakeTable => {
    const name = `${schema}.${table.name}`;
    return { name, create: trinoDdl(name, table) };
  };
  return {
    createSchema: `create schema if not exists ${schema}`,
    usage: made(tables.usage),
    bookedEvents: made(tables.bookedEvents),
    bookedHeartbeats: made(tables.bookedHeartbeats),
    bookedSources: made(tables.bookedSources),
    usageRecent: made(tables.usageRecent),
    lines: made(tables.lines),
    compactedLines: made(tables.compactedLines),
    objects: made(tables.objects),
    compactedObjects: made(tables.compactedObjects),
    errors: made(tables.errors),
    lists: made(tables.lists),
  };
}

/** Where Trino sees a path of the lake. `location` may end with a slash: `local:///` is the root itself. */
export function lakePath(location: string, path: string): string {
  return `${location.endsWith('/') ? location.slice(0, -1) : location}/${path}`;
}
