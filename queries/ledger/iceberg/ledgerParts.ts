import { type IcebergTable, LEDGER_TABLES, type Manifest } from '../../../model/index.js';
import { BOOKING_FILES, type BookingFile, RECENT } from '../bookingFiles.js';
import { heartbeatsOf, sourcesOf } from '../heartbeatSql.js';
import type { StagedSeries } from '../stageSeries.js';
import { bookedEventRows, recentRows, usageRows } from './tallySql.js';

/** What the rows of one booking are made of. */
export interface BookingSource {
  readonly manifest: Manifest;
  /** The booking's lines and what they add up to, as what stands behind `from`. */
  readonly lines: string;
  readonly tally: string;
  readonly series: StagedSeries | undefined;
  /** How many lines say something of agents; of sources, one way or another. */
  readonly heartbeats: number;
  readonly sources: number;
  /** How far files were read, as a query; undefined when no line has a position. */
  readonly files: string | undefined;
}

/** A table of the ledger: what a booking writes into it, and how the rows of a date become fewer. */
export interface LedgerPart {
  readonly table: IcebergTable;
  /** The rows of a booking, less `booked_date`, `manifest` and `attempt`; undefined when it has none. */
  readonly rows: (source: BookingSource) => string | undefined;
  readonly merging: BookingFile;
}

/** The tables of the ledger, in the order they are written. Each becomes visible with the row in `bookings` that follows them all. */
export const LEDGER_PARTS: readonly LedgerPart[] = [
  {
    table: LEDGER_TABLES.usage,
    rows: ({ tally, series }) => usageRows(tally, series?.moved),
    merging: mergingOf('usage.parquet'),
  },
  {
    table: LEDGER_TABLES.series,
    rows: ({ series }) => series?.rows,
    merging: mergingOf('series.parquet'),
  },
  {
    table: LEDGER_TABLES.bookedEvents,
    rows: ({ tally }) => bookedEventRows(tally),
    merging: mergingOf('events.parquet'),
  },
  {
    table: LEDGER_TABLES.recent,
    rows: ({ tally, series }) => recentRows(tally, series?.moved),
    merging: RECENT,
  },
  {
    table: LEDGER_TABLES.heartbeats,
    rows: ({ lines, heartbeats }) => (heartbeats === 0 ? undefined : heartbeatsOf('trino', ofTenants(lines))),
    merging: mergingOf('heartbeats.parquet'),
  },
  {
    table: LEDGER_TABLES.sources,
    rows: ({ lines, sources }) => (sources === 0 ? undefined : sourcesOf('trino', lines, lines)),
    merging: mergingOf('sources.parquet'),
  },
  {
    table: LEDGER_TABLES.files,
    rows: ({ files }) => files,
    merging: mergingOf('files.parquet'),
  },
];

const ofTenants = (lines: string): string => `(select emitter as tenant_id, l.* from ${lines} l)`;

function mergingOf(name: string): BookingFile {
  const found = BOOKING_FILES.find((file) => file.name === name);
  if (found === undefined) throw new Error(`no file ${name} in a booking`);
  return found;
}
