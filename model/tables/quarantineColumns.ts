import type { Column } from './Column.js';

/** The view of the quarantine, one row a record. Its bytes stay in the objects: they are a tenant's, of unproven identity. */
export const QUARANTINE_COLUMNS: readonly Column[] = [
  { name: 'dt', type: 'varchar', description: 'UTC date of arrival, YYYY-MM-DD' },
  { name: 'arrival_time', type: 'timestamp', description: 'when the stream received it' },
  { name: 'reason', type: 'varchar', description: 'code of the reason; unstated when Firehose wrote none' },
  { name: 'bytes', type: 'bigint', description: 'bytes kept of the record' },
];
