import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbColumnList, SERIES_COLUMNS } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { SERIES_FILE } from './bookingFiles.js';
import { windowOf } from './bookUsage.js';
import { duckDbBench } from './duckDbBench.js';
import { moved, samplesOf } from './seriesSql.js';
import { stageSeries } from './stageSeries.js';

/** The samples of an earlier booking. */
export interface EarlierSeries {
  readonly file: string;
  /** The last event hour of the booking, an ISO instant. */
  readonly lastHour: string;
}

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
  const bench = duckDbBench(connection);
  const samples = await bench.keep('samples', samplesOf('(from lines where counted)'));
  const near = (from = ''): readonly EarlierSeries[] => earlier.filter(({ lastHour }) => lastHour >= from);
  const series = await stageSeries(bench, samples, (from) => read(near(from)));
  const nothing = moved(`(select *, 0 as before, 0 as after from ${samples} where false)`);
  await connection.run(`create temp table moved as
    select *, ${windowOf('event_time')} as window_start from (${series?.moved ?? nothing})`);
  if (series !== undefined) {
    await connection.run(`create temp table series_file (${duckdbColumnList(SERIES_COLUMNS)})`);
    await connection.run(`insert into series_file by name ${series.rows}`);
    await connection.run(`copy (from series_file order by all)
      to ${sqlText(join(staged, SERIES_FILE))} (format parquet, compression zstd)`);
    await connection.run('drop table series_file');
  }
  await bench.clear();
}

function read(earlier: readonly EarlierSeries[]): string | undefined {
  if (earlier.length === 0) return undefined;
  return `read_parquet([${earlier.map(({ file }) => sqlText(file)).join(', ')}])`;
}
