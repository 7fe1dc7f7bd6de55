import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_FILES_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  duckdbType,
  LEDGER_COLUMNS,
  SERIES_COLUMNS,
  USAGE_RECENT_COLUMNS,
} from '../../model/index.js';

/**
 * How the values of rows with one key become one: an aggregate; `manifest`, the number of the date's last manifest; the value
 * of the row with the least (`atLeast`) or greatest (`atMost`) of another column, or of it, where several have that.
 */
export type Merging = Aggregate | 'manifest' | { readonly atLeast: string } | { readonly atMost: string };
type Aggregate = 'sum' | 'min' | 'max' | 'bit_or';

/** One Parquet file of a booking, and how those of a date become one. */
export interface BookingFile {
  readonly name: string;
  readonly columns: readonly Column[];
  /** A booking without rows for it has no such file. */
  readonly optional: boolean;
  /** The columns that are not part of a row's key. */
  readonly merge: Readonly<Record<string, Merging>>;
  /** Rows that add nothing to any total and are left out: a condition on merged rows. */
  readonly nothing?: string;
}

/** Name of the file of a booking that holds its rows of the ledger. */
export const USAGE_FILE = 'usage.parquet';

/** Name of the file of a booking that counts its lines by arrival and event hour. */
export const EVENTS_FILE = 'events.parquet';

/** Name of the file of a booking that holds its samples of counters and distinct counts; absent when it has none. */
export const SERIES_FILE = 'series.parquet';

/** Names of the files of a booking that hold its heartbeats, and its lines by source; absent when it has none. */
export const HEARTBEATS_FILE = 'heartbeats.parquet';
export const SOURCES_FILE = 'sources.parquet';

/** Name of the file of a booking that says how far each file was read; absent when no line has a position. */
export const FILES_FILE = 'files.parquet';

/** Name of the file of a booking, or of a folder beside a merge, that holds usage at 5-minute grain. */
export const RECENT_FILE = 'recent.parquet';

const NOTHING = 'quantity_micros = 0 and events = 0';

/** The same aggregate for several columns. */
const each = (aggregate: Aggregate, ...columns: readonly string[]): Record<string, Merging> =>
  Object.fromEntries(columns.map((column) => [column, aggregate]));

/**
 * The files that a booking and the merge of a date both have. Each must merge so that whoever reads the merge of some
 * bookings finds what they would have found in all of them: a sample that was taken back stays with no copies, since a later
 * booking asks whether it was ever there.
 */
export const BOOKING_FILES: readonly BookingFile[] = [
  {
    name: USAGE_FILE,
    columns: LEDGER_COLUMNS,
    optional: false,
    merge: { manifest: 'manifest', ...each('sum', 'quantity_micros', 'events') },
    nothing: NOTHING,
  },
  {
    name: EVENTS_FILE,
    columns: BOOKED_EVENTS_COLUMNS,
    optional: false,
    merge: {
      manifest: 'manifest',
      ...each('max', 'arrival_through'),
      ...each('sum', 'rows', 'events', 'duplicates'),
    },
  },
  {
    name: SERIES_FILE,
    columns: SERIES_COLUMNS,
    optional: true,
    merge: { ...each('sum', 'copies'), ...each('max', 'first') },
  },
  {
    name: HEARTBEATS_FILE,
    columns: BOOKED_HEARTBEATS_COLUMNS,
    optional: true,
    merge: {
      manifest: 'manifest',
      ...each('bit_or', 'minutes'),
      ...each('min', 'first_heard', 'first_lines_read', 'first_lines_held_back'),
      ...each('max', 'last_heard', 'arrival_through', 'lines_read', 'bytes_read', 'lines_held_back', 'bytes_held_back'),
      ...each('max', 'hour_lines_read', 'hour_lines_held_back', 'closed'),
    },
  },
  {
    name: SOURCES_FILE,
    columns: BOOKED_SOURCES_COLUMNS,
    optional: true,
    merge: {
      manifest: 'manifest',
      ...each('sum', 'lines', 'duplicates', 'listed'),
      ...each('min', 'first_seen'),
      ...each('max', 'last_seen'),
    },
  },
  {
    name: FILES_FILE,
    columns: BOOKED_FILES_COLUMNS,
    optional: true,
    merge: {
      ...each('min', 'first_seen', 'least_offset'),
      ...each('max', 'last_seen', 'greatest_offset', 'repeated_offset'),
      first_offset: { atLeast: 'first_seen' },
      last_offset: { atMost: 'last_seen' },
    },
  },
];

/** Recent usage, which a merge does not keep for good: it stands in a folder beside it. */
export const RECENT: BookingFile = {
  name: RECENT_FILE,
  columns: USAGE_RECENT_COLUMNS,
  optional: false,
  merge: each('sum', 'quantity_micros', 'events'),
  nothing: NOTHING,
};

/** The rows of several bookings' files of one kind as those of one, in one order whatever the order of the files. */
export function mergeSql(file: BookingFile, from: string, lastManifest: number): string {
  const list = file.columns.map(({ name, type }) => {
    const value = mergedValue(name, file.merge[name], lastManifest);
    return `cast(${value} as ${duckdbType(type)}) as ${name}`;
  });
  const keys = file.columns.filter(({ name }) => file.merge[name] === undefined).map(({ name }) => name);
  const merged = `select ${list.join(', ')} from ${from} group by ${keys.join(', ')}`;
  return `from (${merged}) ${file.nothing === undefined ? '' : `where not (${file.nothing})`} order by all`;
}

function mergedValue(name: string, how: Merging | undefined, lastManifest: number): string {
  if (how === undefined) return name;
  if (how === 'manifest') return String(lastManifest);
  if (typeof how === 'string') return `${how}(${name})`;
  const pick = 'atLeast' in how ? { aggregate: 'min', by: how.atLeast } : { aggregate: 'max', by: how.atMost };
  return `${pick.aggregate}({'by': ${pick.by}, 'value': ${name}})['value']`;
}
