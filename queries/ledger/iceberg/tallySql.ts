import { USAGE_FIELDS } from '../../../model/index.js';
import { RECENT_GRAIN_MS, RECENT_SPAN_MS } from '../bookUsage.js';

/** Kinds whose samples are kept; of the others one sum says everything. */
const SAMPLED = "u.kind in ('counter', 'distinct')";
const ADDED = "u.kind in ('sum', 'sampled')";

const KEYS = [
  'emitter',
  'dt',
  'window_start',
  'tenant_id',
  'service',
  'resource',
  'operation',
  'meter',
  'unit',
  'kind',
  'series',
  'event_time',
  'value_micros',
];
const USAGE_KEYS = 'tenant_id, emitter, service, resource, operation, meter, unit';

/** The start of the five minutes an instant lies in. */
function windowOf(instant: string): string {
  const minutes = `minute(${instant})`;
  const into = `${minutes} % ${RECENT_GRAIN_MS / 60_000}`;
  return `cast(date_add('minute', -(${into}), date_trunc('minute', ${instant})) as timestamp(6))`;
}

const HOUR = `cast(date_trunc('hour', window_start) as timestamp(6))`;

/**
 * What a booking's lines add up to: a row for what adds up alike, a row for each sample of what does not, and the lines
 * themselves counted.
 *
 * @param lines of `countedLines`, as what stands behind `from`
 */
export function tallyOf(lines: string): string {
  const usage = USAGE_FIELDS.map(({ name }) => name).join(', ');
  const sampled = (value: string): string => `case when ${SAMPLED} then ${value} end`;
  return `with entries as (
      select l.emitter, l.dt, ${windowOf('l.event_time')} as window_start, l.arrival_time, l.counted,
        coalesce(u.place, 1) = 1 as is_line, u.tenant_id, u.service, u.resource, u.operation, u.meter, u.unit, u.kind,
        ${sampled('u.series')} as series, ${sampled('cast(l.event_time as timestamp(6))')} as event_time,
        ${sampled('case when u.quantity_micros < 0 then -1 - u.quantity_micros else u.quantity_micros end')} as value_micros,
        ${sampled('case when u.quantity_micros < 0 then -1 else 1 end')} as copies,
        case when ${ADDED} then u.quantity_micros else 0 end as quantity_micros, u.place is not null as is_entry
      from ${lines} l left join unnest(case when l.counted then l.usage end) with ordinality as u (${usage}, place) on true
    )
    select ${KEYS.join(', ')}, cast(max(arrival_time) as timestamp(6)) as arrival_through,
      count(*) filter (where is_line) as lines, count(*) filter (where is_line and counted) as counted,
      count(*) filter (where is_entry) as entries, cast(sum(copies) as bigint) as copies,
      cast(sum(cast(quantity_micros as decimal(38, 0))) as decimal(38, 0)) as quantity_micros
    from entries group by ${KEYS.join(', ')}`;
}

/** The samples of a tally, as `stageSeries` takes them. */
export function samplesIn(tally: string): string {
  return `(select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
      cast(sum(copies) as bigint) as copies from ${tally} where kind in ('counter', 'distinct')
    group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)`;
}

/** What a booking adds to the ledger: entries of its tally, and what moved in series, by hour. */
export function usageRows(tally: string, moved: string | undefined): string {
  return summed(
    `select ${USAGE_KEYS}, ${HOUR} as event_hour, quantity_micros, events
    from (${changes(tally, moved)})`,
    'event_hour',
  );
}

/** The same by five minutes, from two days before the newest arrival on. */
export function recentRows(tally: string, moved: string | undefined): string {
  return `select * from (${summed(changes(tally, moved), 'window_start')})
    where window_start >= (select ${firstRecent('max(arrival_through)')} from ${tally})`;
}

/** The first window that is recent when the newest arrival is this. */
export function firstRecent(newest: string): string {
  return windowOf(`(${newest} - interval '${RECENT_SPAN_MS / 3_600_000}' hour)`);
}

function changes(tally: string, moved: string | undefined): string {
  const entries = `select ${USAGE_KEYS}, window_start, quantity_micros, entries as events from ${tally} where entries > 0`;
  if (moved === undefined) return entries;
  return `${entries} union all select ${USAGE_KEYS}, ${windowOf('event_time')} as window_start, quantity_micros,
    cast(0 as bigint) as events from (${moved})`;
}

function summed(rows: string, time: string): string {
  return `select ${USAGE_KEYS}, ${time}, sum(quantity_micros) as quantity_micros, sum(events) as events from (${rows})
    group by ${USAGE_KEYS}, ${time} having sum(quantity_micros) <> 0 or sum(events) <> 0`;
}

/** How many lines a booking's objects held and how many counted, by emitter, arrival date and hour. */
export function bookedEventRows(tally: string): string {
  return `select emitter, dt, event_hour, max(arrival_through) as arrival_through, sum(lines) as "rows",
      sum(counted) as events, sum(lines) - sum(counted) as duplicates
    from (select *, ${HOUR} as event_hour from ${tally}) group by emitter, dt, event_hour`;
}
