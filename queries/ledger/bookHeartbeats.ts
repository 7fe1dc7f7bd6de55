import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  duckdbType,
  EVENT_COLUMNS,
  type Manifest,
} from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { type RowSource, selectRows } from '../lake/selectRows.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from './bookingFiles.js';
import { heartbeatsOf, sourcesOf } from './heartbeatSql.js';

/**
 * Books what completeness is judged by: heartbeats by agent and hour, out of the booking's objects, and lines by source and
 * hour, out of its table `lines`. Repeated heartbeats say nothing new, so that none has to be left out.
 *
 * @param own the booking's objects
 */
export async function bookHeartbeats(
  connection: DuckDBConnection,
  staged: string,
  manifest: Manifest,
  own: RowSource,
): Promise<void> {
  const rows = await selectRows(connection, own, SIGN_COLUMNS);
  await write(
    connection,
    join(staged, HEARTBEATS_FILE),
    BOOKED_HEARTBEATS_COLUMNS,
    manifest,
    heartbeatsOf('duckdb', `(${rows})`),
  );
  await write(
    connection,
    join(staged, SOURCES_FILE),
    BOOKED_SOURCES_COLUMNS,
    manifest,
    sourcesOf('duckdb', 'lines', `(${rows})`),
  );
}

async function write(
  connection: DuckDBConnection,
  file: string,
  columns: readonly Column[],
  manifest: Manifest,
  select: string,
): Promise<void> {
  const booked: Readonly<Record<string, string>> = {
    booked_date: sqlText(manifest.booked_date),
    manifest: String(manifest.number),
  };
  const list = columns.map(({ name, type }) => `cast(${booked[name] ?? name} as ${duckdbType(type)}) as ${name}`);
  await connection.run(`create temp table found as select ${list.join(', ')} from (${select})`);
  const some = await connection.runAndReadAll('select 1 from found limit 1');
  if (some.currentRowCount > 0)
    await connection.run(`copy (from found order by all) to ${sqlText(file)} (format parquet, compression zstd)`);
  await connection.run('drop table found');
}

const SIGN_COLUMNS = EVENT_COLUMNS.filter(({ name }) =>
  [
    'cluster',
    'namespace',
    'pod',
    'pod_uid',
    'container',
    'event_time',
    'arrival_time',
    'format',
    'attributes',
    'usage',
  ].includes(name),
);
