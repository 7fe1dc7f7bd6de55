import type { Column } from './Column.js';
import { USAGE_FIELDS } from './eventColumns.js';

/**
 * The view of usage entries as lines state them, one row an entry: what the ledger cannot hold yet, such as who the
 * members of a distinct count are. The partition columns come first, the emitting tenant as `emitter`.
 */
export const EVENT_USAGE_COLUMNS: readonly Column[] = [
  { name: 'emitter', type: 'varchar', description: 'the tenant whose pod printed the line; a partition' },
  { name: 'dt', type: 'varchar', description: 'UTC date of arrival, YYYY-MM-DD; a partition' },
  { name: 'event_time', type: 'timestamp', description: 'when it happened' },
  { name: 'event_id', type: 'varchar', description: 'identity of the line; a line that came twice is here twice' },
  ...USAGE_FIELDS,
];
