import { BOOKED_HEARTBEATS_VIEW } from '../../model/index.js';

/** How an engine spells what no two of them spell alike: sets of minutes as bits. */
interface MinuteWords {
  readonly union: (minutes: string) => string;
  readonly count: (minutes: string) => string;
  /** Bits as text, the last minute first, and without the minutes before the first one heard. */
  readonly bits: (minutes: string) => string;
  readonly trimmed: (bits: string) => string;
  /** Length of the longest run of zeros between two ones. */
  readonly longestRun: (bits: string) => string;
}

const WORDS: Readonly<Record<'duckdb' | 'trino', MinuteWords>> = {
  duckdb: {
    union: (minutes) => `bit_or(${minutes})`,
    count: (minutes) => `bit_count(${minutes})`,
    bits: (minutes) => `to_base(${minutes}, 2)`,
    trimmed: (bits) => `rtrim(${bits}, '0')`,
    longestRun: (bits) => `list_max(list_transform(string_split(${bits}, '1'), lambda run: length(run)))`,
  },
  trino: {
    union: (minutes) => `bitwise_or_agg(${minutes})`,
    count: (minutes) => `bit_count(${minutes}, 64)`,
    bits: (minutes) => `to_base(${minutes}, 2)`,
    trimmed: (bits) => `trim(trailing '0' from ${bits})`,
    longestRun: (bits) => `array_max(transform(split(${bits}, '1'), run -> length(run)))`,
  },
};

const SPELLED = { varchar: 'varchar', bigint: 'bigint', timestamp: { duckdb: 'timestamp', trino: 'timestamp(3)' } };

/**
 * The view `booked_heartbeats` over the rows of bookings: one row for what all of them say of an agent's hour. Reports need
 * no bit function; agents that do not count by the hour are taken to have read what lies between the hour's heartbeats.
 */
export function heardHours(engine: 'duckdb' | 'trino', from: string): string {
  const words = WORDS[engine];
  const list = BOOKED_HEARTBEATS_VIEW.map(({ name, type }) => {
    const spelled = SPELLED[type as keyof typeof SPELLED];
    return `cast(${name} as ${typeof spelled === 'string' ? spelled : spelled[engine]}) as ${name}`;
  });
  return `select ${list.join(', ')} from (
    select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour, minutes_heard, silent_minutes,
      case when silent_minutes > 0 then
        length(${words.bits('minutes')}) - strpos(${words.bits('minutes')}, rpad('', cast(silent_minutes as integer), '0')) - silent_minutes + 1
      end as silent_from,
      first_heard, last_heard, arrival_through, lines_read, bytes_read, lines_held_back, bytes_held_back,
      coalesce(hour_lines_read, lines_read - first_lines_read) as hour_lines_read,
      coalesce(hour_lines_held_back, lines_held_back - first_lines_held_back) as hour_lines_held_back,
      case when hour_lines_read is null then 0 else 1 end as counted_by_hour,
      case when hour_lines_read is null then 1 else closed end as closed
    from (
      select *, ${words.count('minutes')} as minutes_heard,
        case when ${words.count('minutes')} > 0 and minute(last_heard) - minute(first_heard) >= ${words.count('minutes')}
          then ${words.longestRun(words.trimmed(words.bits('minutes')))} else 0 end as silent_minutes
      from (
        select tenant_id, max(cluster) as cluster, max(namespace) as namespace, max(pod) as pod, pod_uid, container, started,
          event_hour, ${words.union('minutes')} as minutes, min(first_heard) as first_heard, max(last_heard) as last_heard,
          max(arrival_through) as arrival_through, max(lines_read) as lines_read, max(bytes_read) as bytes_read,
          max(lines_held_back) as lines_held_back, max(bytes_held_back) as bytes_held_back,
          min(first_lines_read) as first_lines_read, min(first_lines_held_back) as first_lines_held_back,
          max(hour_lines_read) as hour_lines_read, max(hour_lines_held_back) as hour_lines_held_back, max(closed) as closed
        from (${from}) b group by tenant_id, pod_uid, container, started, event_hour
      ) m
    ) r
  ) v`;
}
