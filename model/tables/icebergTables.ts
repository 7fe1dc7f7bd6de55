import { BOOKED_FILES_COLUMNS } from './bookedFilesColumns.js';
import { BOOKED_HEARTBEATS_COLUMNS, BOOKED_SOURCES_COLUMNS } from './bookedHeartbeatsColumns.js';
import type { Column } from './Column.js';
import { BOOKED_EVENTS_COLUMNS, LEDGER_COLUMNS, SERIES_COLUMNS } from './ledgerColumns.js';
import { USAGE_RECENT_COLUMNS } from './usageRecentColumns.js';

/** A table of the ledger where it is kept in Iceberg. */
export interface IcebergTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns whose values name the partition, in order. */
  readonly partitionedBy: readonly string[];
}

const ATTEMPT: Column = {
  name: 'attempt',
  type: 'varchar',
  description: 'who wrote the row; it counts when `bookings` names this attempt',
};
const BOOKED_DATE: Column = {
  name: 'booked_date',
  type: 'varchar',
  description: 'UTC date it was booked on, YYYY-MM-DD',
};
const MANIFEST: Column = { name: 'manifest', type: 'bigint', description: 'number of the manifest that booked it' };

/** A partition holds what one attempt wrote: so what is superseded goes as whole files, without reading them. */
const byAttempt = (name: string, columns: readonly Column[]): IcebergTable => ({
  name,
  columns: [...columns, ATTEMPT],
  partitionedBy: [BOOKED_DATE.name, ATTEMPT.name],
});

/** The ledger's rows as they were booked; what of them counts is in {@link BOOKINGS_TABLE}. */
export const LEDGER_TABLES = {
  usage: byAttempt('usage', LEDGER_COLUMNS),
  bookedEvents: byAttempt('booked_events', BOOKED_EVENTS_COLUMNS),
  series: byAttempt('series', [...SERIES_COLUMNS, BOOKED_DATE, MANIFEST]),
  recent: byAttempt('usage_recent', [...USAGE_RECENT_COLUMNS, BOOKED_DATE, MANIFEST]),
  heartbeats: byAttempt('booked_heartbeats', BOOKED_HEARTBEATS_COLUMNS),
  sources: byAttempt('booked_sources', BOOKED_SOURCES_COLUMNS),
  files: byAttempt('booked_files', [...BOOKED_FILES_COLUMNS, BOOKED_DATE, MANIFEST]),
} as const;

/**
 * What of the ledger counts, a row a finished booking or merged date: its rows in every table were there before it. A row
 * that is there twice means no more than once. A merged date stands for all bookings of that date.
 */
export const BOOKINGS_TABLE: IcebergTable = {
  name: 'bookings',
  columns: [
    {
      name: 'kind',
      type: 'varchar',
      description: 'booking; sealed, a date merged; erasure, one that is carried out; ledger, what the tables are',
    },
    BOOKED_DATE,
    {
      ...MANIFEST,
      description:
        'number of the manifest, of a merged date of its last one; of an erasure its number in the log; 0 of the ledger',
    },
    { ...ATTEMPT, description: 'the attempt whose rows count; of the ledger its own id' },
    { name: 'finished', type: 'timestamp', description: 'when it was found finished' },
    { name: 'rows', type: 'bigint', description: 'lines in the booked objects' },
    { name: 'events', type: 'bigint', description: 'lines counted' },
    { name: 'lake', type: 'varchar', description: 'of the ledger: the lake it books, as the engine sees it' },
  ],
  partitionedBy: [BOOKED_DATE.name],
};
