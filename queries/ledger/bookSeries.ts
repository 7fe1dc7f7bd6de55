import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../engines/sqlText.js';
import { PERIOD, quantitiesOf, SERIES_KEYS, samplesOf } from './seriesSql.js';

/** Name of the file of a booking that holds its samples of counters and distinct members; absent when it has none. */
export const SERIES_FILE = 'series.parquet';

/**
 * Books the counters and distinct members of the table `lines`: writes its samples for later bookings to find, and leaves
 * a table `moved` of what changes: what the new samples add, and what they change in those booked before them, whose
 * neighbours they became. Reads of earlier bookings only the series it touches, from the neighbour before to the one after.
 */
export async function bookSeries(
  connection: DuckDBConnection,
  staged: string,
  earlier: readonly string[],
): Promise<void> {
  await connection.run(`create temp table samples as ${samplesOf('(from lines where counted)')}`);
  const counted = await connection.runAndReadAll('select count(*) from samples');
  const found = counted.getRows()[0]?.[0] !== 0n;
  if (found) {
    await connection.run(`copy (from samples order by all)
      to ${sqlText(join(staged, SERIES_FILE))} (format parquet, compression zstd)`);
  }
  await stageNeighbours(connection, found ? earlier : []);
  await connection.run(`create temp table around as
    select * exclude copies, 0 as before, copies as after from samples union all
    select * exclude copies, copies, copies from neighbours`);
  await connection.run(`create temp table moved as
    select * exclude event_time, date_trunc('hour', event_time) as event_hour from (
      ${quantitiesOf('around', 'after')} union all
      select * replace (-quantity_micros as quantity_micros) from (${quantitiesOf('around', 'before')}))`);
  for (const table of ['samples', 'neighbours', 'around']) await connection.run(`drop table ${table}`);
}

/** What was booked before of the series touched, from the last sample before the new ones to the first after them. */
async function stageNeighbours(connection: DuckDBConnection, earlier: readonly string[]): Promise<void> {
  if (earlier.length === 0) {
    await connection.run('create temp table neighbours as from samples limit 0');
    return;
  }
  await connection.run(`create temp table touched as
    select ${SERIES_KEYS}, ${PERIOD} as period, min(event_time) as since, max(event_time) as until from samples group by all`);
  await connection.run(`create temp table known as
    select * exclude copies, sum(copies) as copies from (
      select *, ${PERIOD} as period from read_parquet([${earlier.map(sqlText).join(', ')}])
    ) semi join touched using (${SERIES_KEYS}, period)
    group by all having sum(copies) <> 0`);
  await connection.run(`create temp table neighbours as
    select k.* exclude period from known k join (
      select ${SERIES_KEYS}, period, coalesce(max(event_time) filter (event_time < since and copies > 0), any_value(since)) as since,
        coalesce(min(event_time) filter (event_time > until and copies > 0), any_value(until)) as until
      from known join touched using (${SERIES_KEYS}, period) group by all
    ) n using (${SERIES_KEYS}, period) where k.event_time between n.since and n.until`);
  for (const table of ['touched', 'known']) await connection.run(`drop table ${table}`);
}
