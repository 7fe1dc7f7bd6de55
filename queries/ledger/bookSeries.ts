import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbColumnList, SERIES_COLUMNS } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { SERIES_FILE } from './bookingFiles.js';
import { type EarlierSeries, stageNeighbours } from './seriesNeighbours.js';
import { PERIOD, quantitiesOf, SERIES_KEYS, samplesOf } from './seriesSql.js';

/**
 * Books the counters and distinct counts of the table `lines`: writes its samples for later bookings to find, and leaves a
 * table `moved` of what changes: what the new samples add, and what they change in those booked before, whose neighbours
 * they became.
 */
export async function bookSeries(
  connection: DuckDBConnection,
  staged: string,
  earlier: readonly EarlierSeries[],
): Promise<void> {
  await connection.run(`create temp table samples as ${samplesOf('(from lines where counted)')}`);
  await connection.run(`create temp table touched as
    select ${SERIES_KEYS}, ${PERIOD} as period, min(event_time) as since, max(event_time) as until from samples group by all`);
  await stageNeighbours(connection, earlier);
  await writeSamples(connection, staged);
  await connection.run(`create temp table around as
    select * exclude copies, 0 as before, copies as after from samples union all
    select * exclude copies, copies, copies from neighbours`);
  await connection.run(`create temp table moved as
    select * exclude event_time, date_trunc('hour', event_time) as event_hour from (
      ${quantitiesOf('around', 'after')} union all
      select * replace (-quantity_micros as quantity_micros) from (${quantitiesOf('around', 'before')}))`);
  for (const table of ['samples', 'touched', 'neighbours', 'unheard', 'around'])
    await connection.run(`drop table ${table}`);
}

async function writeSamples(connection: DuckDBConnection, staged: string): Promise<void> {
  const counted = await connection.runAndReadAll('select count(*) from samples');
  if (counted.getRows()[0]?.[0] === 0n) return;
  await connection.run(`create temp table series_file (${duckdbColumnList(SERIES_COLUMNS)})`);
  await connection.run(`insert into series_file by name
    select s.* exclude period, if(u.period is null, 0, 1) as first from (select *, ${PERIOD} as period from samples) s
    left join unheard u using (${SERIES_KEYS}, period)`);
  await connection.run(`copy (from series_file order by all)
    to ${sqlText(join(staged, SERIES_FILE))} (format parquet, compression zstd)`);
  await connection.run('drop table series_file');
}
