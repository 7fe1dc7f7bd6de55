import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../engines/sqlText.js';
import { PERIOD, SERIES_KEYS } from './seriesSql.js';

/** The samples of an earlier booking. */
export interface EarlierSeries {
  readonly file: string;
  /** The last event hour of the booking, an ISO instant. */
  readonly lastHour: string;
}

const KEYS = `${SERIES_KEYS}, period`;

/** How far before its new samples a series is looked for first: whoever is sampled at all is sampled within a day. */
const LOOK_BACK = "interval '1 day'";

/**
 * For the series of the table `touched` (with `since` and `until` of the new samples): a table `neighbours` of what was
 * booked before, from the last sample before the new ones to the first after them, and a table `unheard` of the series no
 * booking had. Reads the bookings near the new samples; all of them, for whether a series was ever booked, only for
 * series not found near; and samples far away only of series that were silent for longer.
 */
export async function stageNeighbours(connection: DuckDBConnection, earlier: readonly EarlierSeries[]): Promise<void> {
  const cutoff = `greatest(period, since - ${LOOK_BACK})`;
  const least = await connection.runAndReadAll(
    `select strftime(date_trunc('hour', min(${cutoff})), '%Y-%m-%dT%H:%M:%S.%gZ') from touched`,
  );
  const from = String(least.getRows()[0]?.[0]);
  const near = earlier.filter(({ lastHour }) => lastHour >= from);
  await connection.run(`create temp table known as
    select b.* from (${booked(near)}) b join touched t using (${KEYS}) where b.event_time >= ${cutoff}`);
  await connection.run(`create temp table unheard as
    select ${KEYS}, ${cutoff} as cutoff from touched anti join (
      select ${KEYS} from known join touched using (${KEYS}) where event_time < since
      group by ${KEYS}, emitter, operation, event_time, value_micros having sum(copies) > 0
    ) using (${KEYS})`);
  if (await any(connection, 'unheard')) {
    await connection.run(`create temp table silent as
      select * from unheard semi join (from (${booked(earlier)}) where first = 1) using (${KEYS})`);
    if (await any(connection, 'silent')) {
      await connection.run(`insert into known
        select b.* from (${booked(earlier)}) b join silent s using (${KEYS}) where b.event_time < s.cutoff`);
      await connection.run(`delete from unheard using silent
        where ${KEYS.split(', ')
          .map((key) => `unheard.${key} = silent.${key}`)
          .join(' and ')}`);
    }
    await connection.run('drop table silent');
  }
  await connection.run(`create temp table standing as
    select * exclude (copies, first), cast(sum(copies) as bigint) as copies from known group by all having sum(copies) <> 0`);
  await connection.run(`create temp table neighbours as
    select s.* exclude period from standing s join (
      select ${KEYS}, coalesce(max(event_time) filter (event_time < since and copies > 0), any_value(since)) as since,
        coalesce(min(event_time) filter (event_time > until and copies > 0), any_value(until)) as until
      from standing join touched using (${KEYS}) group by all
    ) n using (${KEYS}) where s.event_time between n.since and n.until`);
  for (const table of ['known', 'standing']) await connection.run(`drop table ${table}`);
}

/** The samples of earlier bookings, with the period each counts in. */
function booked(earlier: readonly EarlierSeries[]): string {
  if (earlier.length === 0) return `select *, 0 as first, ${PERIOD} as period from samples limit 0`;
  return `select *, ${PERIOD} as period from read_parquet([${earlier.map(({ file }) => sqlText(file)).join(', ')}])`;
}

async function any(connection: DuckDBConnection, table: string): Promise<boolean> {
  return (await connection.runAndReadAll(`select 1 from ${table} limit 1`)).currentRowCount > 0;
}
