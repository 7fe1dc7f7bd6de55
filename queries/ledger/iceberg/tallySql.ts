import { USAGE_FIELDS } from '../../../model/index.js';

/** Kinds whose samples are kept; of the others one sum says everything. */
const SAMPLED = "u.kind in ('counter', 'distinct')";
const ADDED = "u.kind in ('sum', 'sampled')";

const KEYS = [
  'emitter',
  'dt',
  'event_hour',
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

/** Columns of the event table that `tallyOf` reads. */
export const TALLIED_COLUMNS = ['id_hour', 'event_id', 'event_time', 'arrival_time', 'usage'] as const;

/**
 * All that a booking needs of its lines, in one reading of them: a row for what adds up alike, a row for each sample of
 * what does not, and the lines themselves counted. For Trino and Athena, where reading is what costs.
 *
 * Of lines with one id the first counts, by arrival, then by object; lines of one object that arrived in one millisecond
 * under one id are the same bytes, and are ordered by what they say.
 *
 * @param own lines of the booking's objects
 * @param seen identities of earlier lines (emitter, id_hour, event_id), or undefined when there can be none
 */
export function tallyOf(own: string, seen: string | undefined): string {
  const counted = seen === undefined ? 'r.place = 1' : 'r.place = 1 and s.event_id is null';
  const known =
    seen === undefined
      ? ''
      : `left join (select distinct emitter, id_hour, event_id from (${seen})) s
        on s.emitter = r.emitter and s.id_hour = r.id_hour and s.event_id = r.event_id`;
  const usage = USAGE_FIELDS.map(({ name }) => name).join(', ');
  const sampled = (value: string): string => `case when ${SAMPLED} then ${value} end`;
  return `with lines as (
      select r.emitter, r.dt, r.event_time, r.arrival_time, r.usage, ${counted} as counted from (
        select o.*, row_number() over (partition by emitter, id_hour, event_id
          order by arrival_time, path, event_time, usage) as place from (${own}) o
      ) r ${known}
    ), entries as (
      select l.emitter, l.dt, cast(date_trunc('hour', l.event_time) as timestamp(6)) as event_hour, l.arrival_time, l.counted,
        coalesce(u.place, 1) = 1 as is_line, u.tenant_id, u.service, u.resource, u.operation, u.meter, u.unit, u.kind,
        ${sampled('u.series')} as series, ${sampled('cast(l.event_time as timestamp(6))')} as event_time,
        ${sampled('case when u.quantity_micros < 0 then -1 - u.quantity_micros else u.quantity_micros end')} as value_micros,
        ${sampled('case when u.quantity_micros < 0 then -1 else 1 end')} as copies,
        case when ${ADDED} then u.quantity_micros else 0 end as quantity_micros, u.place is not null as is_entry
      from lines l left join unnest(case when l.counted then l.usage end) with ordinality as u (${usage}, place) on true
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

/** What a booking adds to the ledger: entries of its tally, and what moved in series. */
export function usageRows(tally: string, moved: string | undefined): string {
  const keys = 'tenant_id, emitter, service, resource, operation, meter, unit, event_hour';
  const changes =
    moved === undefined ? '' : `union all select ${keys}, quantity_micros, cast(0 as bigint) as events from (${moved})`;
  return `select ${keys}, sum(quantity_micros) as quantity_micros, sum(events) as events from (
      select ${keys}, quantity_micros, entries as events from ${tally} where entries > 0 ${changes}
    ) group by ${keys} having sum(quantity_micros) <> 0 or sum(events) <> 0`;
}

/** How many lines a booking's objects held and how many counted, by emitter, arrival date and hour. */
export function bookedEventRows(tally: string): string {
  return `select emitter, dt, event_hour, max(arrival_through) as arrival_through, sum(lines) as "rows",
      sum(counted) as events, sum(lines) - sum(counted) as duplicates
    from ${tally} group by emitter, dt, event_hour`;
}
