import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Manifest } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { EVENTS_FILE, RECENT_FILE, USAGE_FILE } from './bookingFiles.js';

const KEYS = 'tenant_id, emitter, service, resource, operation, meter, unit';

/** Grain of recent usage, in milliseconds. An hour is a whole number of them, so the ledger's rows are sums of these. */
export const RECENT_GRAIN_MS = 300_000;

/** How far recent usage goes back before the newest arrival, in milliseconds. */
export const RECENT_SPAN_MS = 48 * 3_600_000;

const GRAIN = `interval '${RECENT_GRAIN_MS} milliseconds'`;

/** The start of the 5 minutes that an instant lies in, as SQL. */
export const windowOf = (instant: string): string => `time_bucket(${GRAIN}, ${instant})`;

/** The first window that is recent when the newest arrival is this, as SQL. */
export const firstRecent = (newest: string): string =>
  windowOf(`${newest} - interval '${RECENT_SPAN_MS} milliseconds'`);

/** `entries`: the usage entries of `lines` that count, summed, with the quantity of those kinds that add up by themselves. */
export async function stageEntries(connection: DuckDBConnection): Promise<void> {
  await connection.run(`create temp table entries as
    select u.tenant_id as tenant_id, emitter, u.service as service, u.resource as resource, u.operation as operation,
      u.meter as meter, u.unit as unit, u.kind as kind, window_start,
      cast(sum(if(u.kind in ('sum', 'sampled'), u.quantity_micros, 0)) as decimal(38, 0)) as quantity_micros, count(*) as events
    from (select emitter, ${windowOf('event_time')} as window_start, unnest(usage) as u from lines where counted)
    group by all`);
}

/**
 * Writes what the tables `entries` and `moved` come to: by hour for the ledger, and the last of it by five minutes. Keys are
 * few and long: they are sorted once, and rows by their number.
 */
export async function bookUsage(connection: DuckDBConnection, staged: string, manifest: Manifest): Promise<void> {
  const sums = 'cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros, cast(sum(events) as bigint) as events';
  const something = 'having sum(quantity_micros) <> 0 or sum(events) <> 0';
  const names = KEYS.split(', ');
  await connection.run(`create temp view changes as select ${KEYS}, window_start, quantity_micros, events from entries
    union all select ${KEYS}, window_start, quantity_micros, 0 from moved`);
  await connection.run(`create temp table usage_keys as
    select *, row_number() over (order by ${KEYS}) as key from (select distinct ${KEYS} from changes)`);
  await connection.run(`create temp table usage_rows as select key, window_start, ${sums}
    from changes c join usage_keys k on ${names.map((name) => `c.${name} is not distinct from k.${name}`).join(' and ')}
    group by all ${something}`);
  await connection.run(`copy (
    select ${KEYS}, event_hour, ${sqlText(manifest.booked_date)} as booked_date,
      cast(${manifest.number} as bigint) as manifest, quantity_micros, events
    from (select key, date_trunc('hour', window_start) as event_hour, ${sums} from usage_rows group by all ${something})
    join usage_keys using (key) order by key, event_hour
  ) to ${sqlText(join(staged, USAGE_FILE))} (format parquet, compression zstd)`);
  await connection.run(`copy (
    select ${KEYS}, window_start, quantity_micros, events from usage_rows join usage_keys using (key)
    where window_start >= (select ${firstRecent('max(arrival_time)')} from lines) order by key, window_start
  ) to ${sqlText(join(staged, RECENT_FILE))} (format parquet, compression zstd)`);
}

/** Writes how many lines there were and how many of them counted, and returns the totals. */
export async function bookEvents(
  connection: DuckDBConnection,
  staged: string,
  manifest: Manifest,
): Promise<{ readonly rows: number; readonly events: number; readonly duplicates: number }> {
  await connection.run(`create temp table event_counts as
    select emitter, dt, date_trunc('hour', event_time) as event_hour, ${sqlText(manifest.booked_date)} as booked_date,
      cast(${manifest.number} as bigint) as manifest, max(arrival_time) as arrival_through, count(*) as rows,
      count(*) filter (where counted) as events, count(*) filter (where not counted) as duplicates
    from lines group by all`);
  await connection.run(`copy (from event_counts order by all)
    to ${sqlText(join(staged, EVENTS_FILE))} (format parquet, compression zstd)`);
  const totals = await connection.runAndReadAll('select sum(rows)::bigint, sum(events)::bigint from event_counts');
  const [rows, events] = (totals.getRows()[0] ?? []) as (bigint | null)[];
  return { rows: Number(rows ?? 0n), events: Number(events ?? 0n), duplicates: Number((rows ?? 0n) - (events ?? 0n)) };
}
