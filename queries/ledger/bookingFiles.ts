import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  duckdbType,
  LEDGER_COLUMNS,
  SERIES_COLUMNS,
} from '../../model/index.js';

/** How the values of rows with one key become one; `manifest` is the number of the date's last manifest. */
type Merging = 'sum' | 'min' | 'max' | 'bit_or' | 'manifest';

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

/** Name of the file of a booking that holds its samples of counters and distinct counts; absent when it has none. */
export const SERIES_FILE = 'series.parquet';

/** Names of the files of a booking that hold its heartbeats, and its lines by source; absent when it has none. */
export const HEARTBEATS_FILE = 'heartbeats.parquet';
export const SOURCES_FILE = 'sources.parquet';

/**
 * The files of a booking. Each must merge so that whoever reads the merge of some bookings finds what they would have found
 * in all of them: a sample that was taken back stays with no copies, since a later booking asks whether it was ever there.
 */
export const BOOKING_FILES: readonly BookingFile[] = [
  {
    name: 'usage.parquet',
    columns: LEDGER_COLUMNS,
    optional: false,
    merge: { manifest: 'manifest', quantity_micros: 'sum', events: 'sum' },
    nothing: 'quantity_micros = 0 and events = 0',
  },
  {
    name: 'events.parquet',
    columns: BOOKED_EVENTS_COLUMNS,
    optional: false,
    merge: { manifest: 'manifest', arrival_through: 'max', rows: 'sum', events: 'sum', duplicates: 'sum' },
  },
  { name: SERIES_FILE, columns: SERIES_COLUMNS, optional: true, merge: { copies: 'sum', first: 'max' } },
  {
    name: HEARTBEATS_FILE,
    columns: BOOKED_HEARTBEATS_COLUMNS,
    optional: true,
    merge: {
      manifest: 'manifest',
      minutes: 'bit_or',
      first_heard: 'min',
      last_heard: 'max',
      arrival_through: 'max',
      lines_read: 'max',
      bytes_read: 'max',
      lines_held_back: 'max',
      bytes_held_back: 'max',
      first_lines_read: 'min',
      first_lines_held_back: 'min',
      hour_lines_read: 'max',
      hour_lines_held_back: 'max',
      closed: 'max',
    },
  },
  {
    name: SOURCES_FILE,
    columns: BOOKED_SOURCES_COLUMNS,
    optional: true,
    merge: {
      manifest: 'manifest',
      lines: 'sum',
      duplicates: 'sum',
      listed: 'sum',
      first_seen: 'min',
      last_seen: 'max',
    },
  },
];

/** The rows of several bookings' files of one kind as those of one, in one order whatever the order of the files. */
export function mergeSql(file: BookingFile, from: string, lastManifest: number): string {
  const list = file.columns.map(({ name, type }) => {
    const how = file.merge[name];
    const value = how === undefined ? name : how === 'manifest' ? String(lastManifest) : `${how}(${name})`;
    return `cast(${value} as ${duckdbType(type)}) as ${name}`;
  });
  const keys = file.columns.filter(({ name }) => file.merge[name] === undefined).map(({ name }) => name);
  const merged = `select ${list.join(', ')} from ${from} group by ${keys.join(', ')}`;
  return `from (${merged}) ${file.nothing === undefined ? '' : `where not (${file.nothing})`} order by all`;
}
