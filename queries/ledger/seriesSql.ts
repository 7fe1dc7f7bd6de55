/** What tells one cumulative series, or one member of a distinct count, from another. */
export const SERIES_KEYS = 'tenant_id, service, resource, meter, unit, kind, series';

/** What tells one sample of a series from another: equal ones, whoever sent them twice, are one. */
const SAMPLE_KEYS = `${SERIES_KEYS}, emitter, operation, event_time, value_micros`;

/** One member of a distinct count, in millionths. */
const ONE_MEMBER = 1_000_000;

/**
 * The samples of the kinds that cannot be added up, out of `lines` (emitter, event_time, usage), equal ones together. A
 * negative quantity, -1 less the value, takes a sample back: so a re-attribution undoes what no minus could.
 */
export function samplesOf(lines: string): string {
  return `select u.tenant_id as tenant_id, u.service as service, u.resource as resource, u.meter as meter, u.unit as unit,
      u.kind as kind, u.series as series, emitter, u.operation as operation, event_time,
      case when u.quantity_micros < 0 then -1 - u.quantity_micros else u.quantity_micros end as value_micros,
      cast(sum(case when u.quantity_micros < 0 then -1 else 1 end) as bigint) as copies
    from (select emitter, event_time, unnest(usage) as u from ${lines}) where u.kind in ('counter', 'distinct')
    group by all`;
}

/** Over what a series adds up: a member counts anew each month, a counter runs on. */
export const PERIOD = `case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01' end`;

/**
 * What each sample adds, of those of `samples` whose `copies` are more than none: a counter's difference from the sample
 * before it, the whole value after a reset, nothing for the first (what ran before it is not known); a distinct member's
 * first sample in the period is one. A function of the set of samples: equal times are ordered by value, then by origin.
 */
export function quantitiesOf(samples: string, copies: string): string {
  const order = 'order by event_time, value_micros, emitter, operation';
  return `select ${SERIES_KEYS}, emitter, operation, event_time,
      cast(case when kind = 'distinct' then if(row_number() over series_order = 1, ${ONE_MEMBER}, 0)
        when value_micros < lag(value_micros) over series_order then value_micros
        else coalesce(value_micros - lag(value_micros) over series_order, 0) end as decimal(38, 0)) as quantity_micros
    from (select ${SAMPLE_KEYS}, ${PERIOD} as period from ${samples} group by all having sum(${copies}) > 0)
    window series_order as (partition by ${SERIES_KEYS}, period ${order})`;
}

/** Every usage entry of `lines`, with its quantity where the kind adds up by itself; the others' come from their samples. */
export function entriesOf(lines: string): string {
  return `select u.tenant_id as tenant_id, emitter, u.service as service, u.resource as resource, u.operation as operation,
      u.meter as meter, u.unit as unit, date_trunc('hour', event_time) as event_hour,
      cast(if(u.kind in ('sum', 'sampled'), u.quantity_micros, 0) as decimal(38, 0)) as quantity_micros, 1 as events
    from (select emitter, event_time, unnest(usage) as u from ${lines})`;
}
