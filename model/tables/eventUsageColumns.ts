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
  { name: 'arrival_time', type: 'timestamp', description: 'when the stream received the line' },
  { name: 'entry', type: 'bigint', description: 'place of the entry in its line, from 1' },
  {
    name: 'user_id',
    type: 'varchar',
    description: 'the user the line states, by its attributes; null when it states none',
  },
  { name: 'http_request_method', type: 'varchar', description: 'HTTP method' },
  { name: 'http_route', type: 'varchar', description: 'route template' },
  { name: 'url_path', type: 'varchar', description: 'request path without query' },
  ...USAGE_FIELDS,
];
