import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type Column,
  duckdbType,
  EVENT_COLUMNS,
  HEARTBEAT_HOUR_KEYS,
  HEARTBEAT_KEYS,
  type Manifest,
} from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { type RowSource, selectRows } from '../lake/selectRows.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from './bookingFiles.js';

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
    heartbeatsOf(`(${rows})`),
  );
  await write(connection, join(staged, SOURCES_FILE), BOOKED_SOURCES_COLUMNS, manifest, sourcesOf(`(${rows})`));
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

const TOLD = [...HEARTBEAT_KEYS, ...HEARTBEAT_HOUR_KEYS]
  .map((key) => `try_cast(attributes['heartbeat.${key}'] as bigint) as ${key}`)
  .join(', ');

/**
 * Each heartbeat says something of its own hour, and the last word on the counts of the hour before, if the agent ran or read then:
 * of an hour in which it was not heard there is a row without minutes.
 * A condition of equality lets DuckDB pass over objects without any by their bloom filters.
 */
const heartbeatsOf = (rows: string): string => `
  select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour,
    bit_or(minute) as minutes, min(heard) as first_heard, max(heard) as last_heard, max(arrived) as arrival_through,
    max(lines_read) as lines_read, max(bytes_read) as bytes_read,
    max(lines_held_back) as lines_held_back, max(bytes_held_back) as bytes_held_back,
    min(if(started >= epoch(event_hour), 0, lines_read)) as first_lines_read,
    min(if(started >= epoch(event_hour), 0, lines_held_back)) as first_lines_held_back,
    max(hour_lines_read) as hour_lines_read, max(hour_lines_held_back) as hour_lines_held_back, max(closed) as closed
  from (
    with beats as (
      select tenant_id, cluster, namespace, pod, pod_uid, container, event_time, arrival_time,
        date_trunc('hour', event_time) as event_hour, ${TOLD}
      from ${rows} where format = 'heartbeat'
    )
    select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour,
      cast(1 as bigint) << minute(event_time) as minute, event_time as heard, arrival_time as arrived,
      lines_read, bytes_read, lines_held_back, bytes_held_back, hour_lines_read, hour_lines_held_back, 0 as closed
    from beats
    union all
    select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour - interval 1 hour,
      0, null, null, null, null, null, null, last_hour_lines_read, last_hour_lines_held_back, 1
    from beats where last_hour_lines_read > 0 or (last_hour_lines_read = 0 and started < epoch(event_hour))
  ) group by all`;

/** A reattribution is no line that anything printed. What the kubelet lists belongs to the tenant of its namespace. */
const sourcesOf = (rows: string): string => `
  select tenant_id, pod_uid, container, hour, sum(lines) as lines, sum(duplicates) as duplicates, sum(listed) as listed,
    min(first_seen) as first_seen, max(last_seen) as last_seen
  from (
    select emitter as tenant_id, pod_uid, if(pod_uid is null, null, container) as container,
      if(pod_uid is null, event_hour, id_hour) as hour,
      count(*) filter (where counted) as lines, count(*) filter (where not counted) as duplicates, 0 as listed,
      min(coalesce(observed_time, event_time)) as first_seen, max(coalesce(observed_time, event_time)) as last_seen
    from lines where format is null or format not in ('heartbeat', 'reattribution') group by all
    union all
    select usage[1].tenant_id, attributes['k8s.pod.uid'], attributes['k8s.container.name'], date_trunc('hour', event_time),
      0, 0, count(*), min(event_time), max(event_time)
    from ${rows} where format = 'kubelet' and usage[1].tenant_id is not null and attributes['k8s.pod.uid'] <> '' group by all
  ) group by all`;
