import { EVENT_COLUMNS, EVENT_PARTITION_COLUMNS } from './eventColumns.js';
import type { HiveTable, Projection } from './HiveTable.js';

/**
 * The event table over `events/` at this URI. Tenants are injected: so one table serves any number of them, and no statement
 * reads every tenant by accident. `dates` has to hold every `dt` of the lake; on AWS, where `dt` is the day of arrival,
 * that is from the first day to `NOW+1DAYS` (a clock ahead of Athena's must not make a partition invisible).
 */
export function eventTable(location: string, dates: readonly [first: string, last: string]): HiveTable {
  const projections: Readonly<Record<string, Projection>> = { dt: { type: 'date', range: dates } };
  const partitions = EVENT_PARTITION_COLUMNS.map((column) => ({
    ...column,
    projection: projections[column.name] ?? ({ type: 'injected' } as const),
  }));
  return { name: 'events', columns: EVENT_COLUMNS, partitions, location, format: 'parquet' };
}

/**
 * The quarantine's objects under `errors/` at this URI: of Firehose's lines only what its view needs. Keys of JSON have the
 * case Firehose writes; columns of Hive have none.
 */
export function errorTable(location: string): HiveTable {
  return {
    name: 'errors',
    columns: [
      { name: 'arrivaltimestamp', type: 'bigint', description: 'epoch milliseconds at which the stream received it' },
      { name: 'errormessage', type: 'varchar', description: 'ends with the reason, where the transform gave one' },
      { name: 'rawdata', type: 'varchar', description: 'the record as it was received, in base64' },
    ],
    partitions: [],
    location,
    format: 'json',
  };
}
