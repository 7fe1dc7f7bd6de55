import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  EVENT_USAGE_COLUMNS,
  HEARTBEAT_COLUMNS,
  HEARTBEAT_KEYS,
  LEDGER_COLUMNS,
  type ListPrice,
  QUARANTINE_COLUMNS,
  type Registry,
  USAGE_RECENT_COLUMNS,
} from '../../../model/index.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from '../../ledger/bookingFiles.js';
import type { RecentUsage } from '../../ledger/recentUsage.js';
import type { LedgerPart } from '../bookedFiles.js';
import type { ErrorFile } from '../errorFiles.js';
import { heardHours } from '../heardHours.js';
import type { LineFiles } from '../lineFiles.js';
import type { SmallView } from '../smallViews.js';
import { sqlText } from '../sqlText.js';
import {
  listPricesSelect,
  nothing,
  plain,
  QUARANTINE,
  type Select,
  tenantsSelect,
  valuesSelect,
} from '../viewSelects.js';
import { withoutErased } from '../withoutErased.js';
import type { FileList } from './FileLists.js';
import { type LakeTable, type LakeTables, lakePath } from './lakeTables.js';
import { trinoType } from './trinoType.js';

/** What the views are made of. */
export interface LakeViewsOptions {
  readonly tables: LakeTables;
  readonly location: string;
  readonly parts: readonly LedgerPart[];
  readonly lines: LineFiles;
  /** An object is lost: then there are no heartbeats to ask for, since their counts would have holes. */
  readonly lost: boolean;
  readonly errors: readonly ErrorFile[];
  /** Ids of erased tenants, in whose name lines can still come. */
  readonly erased?: readonly string[];
  /** Undefined when a file of it is gone, and then there is no such view. */
  readonly recent: RecentUsage | undefined;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  readonly small: readonly SmallView[];
}

/** Rows of a table: those of some files, or of some objects in them. */
export interface TableRead {
  readonly table: LakeTable;
  readonly lists: readonly FileList[];
}

/** A view that every engine offers, as a Trino query. */
export interface LakeView {
  readonly reads: readonly TableRead[];
  /** The query; the conditions choose, for each read, the files before any is opened. */
  readonly select: (conditions: readonly string[]) => string;
}

/** The views by name; `heartbeat_rows`, which no report may read, is what bookings hold of heartbeats. */
export function lakeViews(options: LakeViewsOptions): ReadonlyMap<string, LakeView> {
  const { tables, location, parts, lines, errors, recent } = options;
  const files = (name: string, paths: readonly string[]): FileList => {
    return { name, column: '"$path"', values: paths.map((path) => lakePath(location, path)) };
  };
  const booked = (table: LakeTable, columns: readonly Column[], name: string): LakeView => {
    const paths = parts.map(({ folder }) => `${folder}/${name}`);
    return view(columns, [{ table, lists: [files(name.replace('.parquet', ''), paths)] }], plain(columns));
  };
  const heard = booked(tables.bookedHeartbeats, BOOKED_HEARTBEATS_COLUMNS, HEARTBEATS_FILE);
  const delivered = files('lines', lines.delivered);
  const compacted = files('compacted', lines.compacted);
  const shared = files('shared', lines.shared);
  const sharedObjects: FileList = { name: 'origins', column: 'origin_object', values: lines.sharedObjects };
  const readsOf = (table: LakeTable, ofCompacted: LakeTable): readonly TableRead[] => [
    { table, lists: [delivered] },
    { table: ofCompacted, lists: [compacted] },
    { table: ofCompacted, lists: [shared, sharedObjects] },
  ];
  const ofLines = readsOf(tables.lines, tables.compactedLines);
  const { events, eventUsage } = withoutErased(options.erased ?? []);
  const errorPaths = errors.map(({ path }) => path);
  const quarantined = [{ table: tables.errors, lists: [files('errors', errorPaths)] }];
  const views = new Map<string, LakeView>([
    ['ledger', booked(tables.usage, LEDGER_COLUMNS, 'usage.parquet')],
    ['booked_events', booked(tables.bookedEvents, BOOKED_EVENTS_COLUMNS, 'events.parquet')],
    ['heartbeat_rows', heard],
    ['booked_heartbeats', { ...heard, select: (conditions) => heardHours('trino', heard.select(conditions)) }],
    ['booked_sources', booked(tables.bookedSources, BOOKED_SOURCES_COLUMNS, SOURCES_FILE)],
    ['events', view([...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS], ofLines, onDates(events, lines))],
    ['event_usage', view(EVENT_USAGE_COLUMNS, ofLines, onDates(eventUsage, lines))],
    ['quarantine', view(QUARANTINE_COLUMNS, quarantined, QUARANTINE)],
    ['list_prices', { reads: [], select: () => listPricesSelect(options.listPrices) }],
    ['tenants', { reads: [], select: () => tenantsSelect(options.registry) }],
    ...options.small.map(({ name, columns, rows }): [string, LakeView] => [
      name,
      { reads: [], select: () => valuesSelect(columns, rows) },
    ]),
  ]);
  if (recent !== undefined) {
    const within: Select = (table, condition) => plain(USAGE_RECENT_COLUMNS)(table, `${condition} and ${recent.where}`);
    const reads = [{ table: tables.usageRecent, lists: [files('recent', recent.files)] }];
    views.set('usage_recent', view(USAGE_RECENT_COLUMNS, reads, within));
  }
  if (!options.lost) {
    views.set('heartbeats', view(HEARTBEAT_COLUMNS, readsOf(tables.objects, tables.compactedObjects), HEARTBEATS));
  }
  return views;
}

function view(columns: readonly Column[], reads: readonly TableRead[], select: Select): LakeView {
  // `in ()` is no SQL; and without files there may be no folder a table could stand on.
  const some = reads.filter(({ lists }) => lists.every(({ values }) => values.length > 0));
  if (some.length === 0) return { reads: [], select: () => nothing(columns) };
  const text = (conditions: readonly string[]): string =>
    some.map(({ table }, place) => select(table.name, conditions[place] ?? 'false')).join('\nunion all ');
  return { reads: some, select: text };
}

/**
 * Keeps a query to the arrival dates there are objects of: a projected partition without any costs a listing all the same,
 * and most dates after a window have none yet.
 */
function onDates(select: Select, { entries }: LineFiles): Select {
  const dates = [...new Set(entries.map(({ dt }) => dt))].sort();
  const within = `dt in (${dates.map(sqlText).join(', ')})`;
  return (table, condition) => select(table, `${within} and ${condition}`);
}

/** Heartbeats by format: a name an application can print, the format it cannot. */
const HEARTBEATS: Select = (table, condition) => {
  const list = HEARTBEAT_COLUMNS.map(({ name, type }) => {
    const counted = HEARTBEAT_KEYS.some((key) => key === name);
    if (counted)
      return `cast(element_at(attributes, ${sqlText(`heartbeat.${name}`)}) as ${trinoType(type)}) as "${name}"`;
    // The table is over the whole folder, whose partitions no catalogue knows.
    if (name === 'tenant_id') return `regexp_extract("$path", '/tenant_id=([^/]+)/dt=', 1) as tenant_id`;
    return `"${name}"`;
  }).join(', ');
  return `select ${list} from ${table} where format = 'heartbeat' and ${condition}`;
};
