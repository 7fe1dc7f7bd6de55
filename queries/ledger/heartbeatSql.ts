import { HEARTBEAT_HOUR_KEYS, HEARTBEAT_KEYS } from '../../model/index.js';

/** Formats of lines that say something of agents or containers. */
export const SIGN_FORMATS = { heartbeat: 'heartbeat', kubelet: 'kubelet' } as const;

/** Lines that a source printed: a heartbeat is the agent's, and a reattribution is no line that anything printed. */
export const IS_PRINTED = `(format is null or format not in ('${SIGN_FORMATS.heartbeat}', 'reattribution'))`;

/** How an engine spells what no two of them spell alike. */
interface Words {
  readonly attribute: (key: string) => string;
  readonly firstTenant: string;
  readonly bitAt: (place: string) => string;
  readonly union: (bits: string) => string;
  readonly seconds: (instant: string) => string;
}

const WORDS: Readonly<Record<'duckdb' | 'trino', Words>> = {
  duckdb: {
    attribute: (key) => `attributes['${key}']`,
    firstTenant: 'usage[1].tenant_id',
    bitAt: (place) => `cast(1 as bigint) << ${place}`,
    union: (bits) => `bit_or(${bits})`,
    seconds: (instant) => `epoch(${instant})`,
  },
  trino: {
    attribute: (key) => `element_at(attributes, '${key}')`,
    firstTenant: 'element_at(usage, 1).tenant_id',
    bitAt: (place) => `bitwise_left_shift(bigint '1', cast(${place} as integer))`,
    union: (bits) => `bitwise_or_agg(${bits})`,
    seconds: (instant) => `to_unixtime(${instant})`,
  },
};

const AGENT = 'tenant_id, cluster, namespace, pod, pod_uid, container';

/**
 * Heartbeats by agent and hour, of `rows` with `tenant_id` and the columns of events; repeated ones say nothing new.
 *
 * Each says something of its own hour, and the last word on the counts of the hour before, if the agent ran or read then: of
 * an hour in which it was not heard there is a row without minutes.
 * A condition of equality lets DuckDB pass over objects without any by their bloom filters.
 */
export function heartbeatsOf(engine: 'duckdb' | 'trino', rows: string): string {
  const { attribute, bitAt, union, seconds } = WORDS[engine];
  const told = [...HEARTBEAT_KEYS, ...HEARTBEAT_HOUR_KEYS]
    .map((key) => `try_cast(${attribute(`heartbeat.${key}`)} as bigint) as ${key}`)
    .join(', ');
  const startedWithin = `started >= ${seconds('event_hour')}`;
  return `
  select ${AGENT}, started, event_hour,
    ${union('minute')} as minutes, min(heard) as first_heard, max(heard) as last_heard, max(arrived) as arrival_through,
    max(lines_read) as lines_read, max(bytes_read) as bytes_read,
    max(lines_held_back) as lines_held_back, max(bytes_held_back) as bytes_held_back,
    min(if(${startedWithin}, 0, lines_read)) as first_lines_read,
    min(if(${startedWithin}, 0, lines_held_back)) as first_lines_held_back,
    max(hour_lines_read) as hour_lines_read, max(hour_lines_held_back) as hour_lines_held_back, max(closed) as closed
  from (
    with beats as (
      select ${AGENT}, event_time, arrival_time, date_trunc('hour', event_time) as event_hour, ${told}
      from ${rows} where format = '${SIGN_FORMATS.heartbeat}'
    )
    select ${AGENT}, started, event_hour,
      ${bitAt('minute(event_time)')} as minute, event_time as heard, arrival_time as arrived,
      lines_read, bytes_read, lines_held_back, bytes_held_back, hour_lines_read, hour_lines_held_back, 0 as closed
    from beats
    union all
    select ${AGENT}, started, event_hour - interval '1' hour,
      0, null, null, null, null, null, null, last_hour_lines_read, last_hour_lines_held_back, 1
    from beats where last_hour_lines_read > 0 or (last_hour_lines_read = 0 and started < ${seconds('event_hour')})
  ) group by ${AGENT}, started, event_hour`;
}

/**
 * Lines by source and hour: of `lines` (with `emitter` and `counted`) those that were printed, of `rows` (with `tenant_id`)
 * what the kubelet lists, which belongs to the tenant of its namespace.
 */
export function sourcesOf(engine: 'duckdb' | 'trino', lines: string, rows: string): string {
  const { attribute, firstTenant } = WORDS[engine];
  const seen = 'coalesce(observed_time, event_time)';
  return `
  select tenant_id, pod_uid, container, hour, sum(lines) as lines, sum(duplicates) as duplicates, sum(listed) as listed,
    min(first_seen) as first_seen, max(last_seen) as last_seen
  from (
    select tenant_id, pod_uid, container, hour, count(*) filter (where counted) as lines,
      count(*) filter (where not counted) as duplicates, 0 as listed, min(seen) as first_seen, max(seen) as last_seen
    from (
      select emitter as tenant_id, pod_uid, if(pod_uid is null, null, container) as container,
        if(pod_uid is null, date_trunc('hour', event_time), id_hour) as hour, counted, ${seen} as seen
      from ${lines} where ${IS_PRINTED}
    ) group by tenant_id, pod_uid, container, hour
    union all
    select tenant_id, pod_uid, container, hour, 0, 0, count(*), min(event_time), max(event_time)
    from (
      select ${firstTenant} as tenant_id, ${attribute('k8s.pod.uid')} as pod_uid,
        ${attribute('k8s.container.name')} as container, date_trunc('hour', event_time) as hour, event_time
      from ${rows} where format = '${SIGN_FORMATS.kubelet}'
    ) where tenant_id is not null and pod_uid <> '' group by tenant_id, pod_uid, container, hour
  ) group by tenant_id, pod_uid, container, hour`;
}
