import type { Column } from './Column.js';

/**
 * The usage ledger (design decision 10): what each tenant consumed, by hour, as it was booked. Rows of one booking are
 * unique by everything but the two sums.
 */
export const LEDGER_COLUMNS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the consuming tenant' },
  { name: 'emitter', type: 'varchar', description: 'the tenant whose pod printed the lines' },
  { name: 'service', type: 'varchar', description: 'the shared service consumed' },
  { name: 'resource', type: 'varchar', description: 'table, bucket, host; empty when unknown' },
  { name: 'operation', type: 'varchar', description: 'API operation or route; empty when unknown' },
  { name: 'meter', type: 'varchar', description: 'what was counted' },
  { name: 'unit', type: 'varchar', description: 'unit of one whole quantity' },
  { name: 'event_hour', type: 'timestamp', description: 'UTC hour the consumption happened in' },
  { name: 'booked_date', type: 'varchar', description: 'UTC date it was booked on, YYYY-MM-DD' },
  {
    name: 'manifest',
    type: 'bigint',
    description: 'number of the manifest that booked it; of a sealed date, of its last',
  },
  { name: 'quantity_micros', type: { decimal: [38, 0] }, description: 'quantity in millionths of the unit' },
  { name: 'events', type: 'bigint', description: 'usage entries summed' },
];

/** Per booking, emitter, arrival date and event hour: how many lines the booked objects held, and how many counted. */
export const BOOKED_EVENTS_COLUMNS: readonly Column[] = [
  { name: 'emitter', type: 'varchar', description: 'the tenant whose pod printed the lines' },
  { name: 'dt', type: 'varchar', description: 'UTC date of arrival of the objects, YYYY-MM-DD' },
  { name: 'event_hour', type: 'timestamp', description: 'UTC hour of the lines' },
  { name: 'booked_date', type: 'varchar', description: 'UTC date it was booked on, YYYY-MM-DD' },
  {
    name: 'manifest',
    type: 'bigint',
    description: 'number of the manifest that booked it; of a sealed date, of its last',
  },
  { name: 'arrival_through', type: 'timestamp', description: 'last arrival among the lines' },
  { name: 'rows', type: 'bigint', description: 'lines in the booked objects' },
  { name: 'events', type: 'bigint', description: 'lines counted' },
  { name: 'duplicates', type: 'bigint', description: 'lines left out because their event_id was counted before' },
];

/** The identities of booked lines that are past their retention, each once: what late duplicates are known by. */
export const BOOKED_IDS_COLUMNS: readonly Column[] = [
  { name: 'emitter', type: 'varchar', description: 'the tenant whose pod printed the line' },
  { name: 'id_hour', type: 'timestamp', description: "hour of the envelope's stamp" },
  { name: 'event_id', type: 'varchar', description: 'identity of the line' },
  { name: 'manifest', type: 'bigint', description: 'number of the first manifest that booked it' },
];

/** Per booking, what later bookings need of counters and distinct counts: their samples, which no sum can stand for. */
export const SERIES_COLUMNS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the consuming tenant' },
  { name: 'service', type: 'varchar', description: 'the shared service consumed' },
  { name: 'resource', type: 'varchar', description: 'table, bucket, host; empty when unknown' },
  { name: 'meter', type: 'varchar', description: 'what was counted' },
  { name: 'unit', type: 'varchar', description: 'unit of one whole quantity' },
  { name: 'kind', type: 'varchar', description: 'counter or distinct' },
  { name: 'series', type: 'varchar', description: 'the cumulative series, or the member' },
  { name: 'emitter', type: 'varchar', description: 'the tenant whose pod printed the lines' },
  { name: 'operation', type: 'varchar', description: 'API operation or route; empty when unknown' },
  { name: 'event_time', type: 'timestamp', description: 'when the sample was taken' },
  { name: 'value_micros', type: 'bigint', description: "the counter's value then, in millionths of the unit" },
  { name: 'copies', type: 'bigint', description: 'how often it was given, less how often it was taken back' },
  {
    name: 'first',
    type: 'integer',
    description: '1 when no booking before had the series (of distinct: in the month), else 0',
  },
];
