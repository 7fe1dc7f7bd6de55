import type { Column } from './Column.js';

/**
 * The view of the last 48 hours of event time before the newest arrival, for detection. Provisional: what arrives later than
 * that is in the ledger only. A key has a row a booking: sum them.
 */
export const USAGE_RECENT_COLUMNS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the consuming tenant' },
  { name: 'emitter', type: 'varchar', description: 'the tenant whose pod printed the lines' },
  { name: 'service', type: 'varchar', description: 'the shared service consumed' },
  { name: 'resource', type: 'varchar', description: 'table, bucket, host; empty when unknown' },
  { name: 'operation', type: 'varchar', description: 'API operation or route; empty when unknown' },
  { name: 'meter', type: 'varchar', description: 'what was counted' },
  { name: 'unit', type: 'varchar', description: 'unit of one whole quantity' },
  { name: 'window_start', type: 'timestamp', description: 'start of the 5 minutes, UTC, the consumption happened in' },
  { name: 'quantity_micros', type: { decimal: [38, 0] }, description: 'quantity in millionths of the unit' },
  { name: 'events', type: 'bigint', description: 'usage entries summed' },
];
