const KEYS = ['tenant_id', 'service', 'resource', 'meter', 'unit', 'kind', 'series'] as const;

/** What tells one cumulative series, or one member of a distinct count, from another. */
export const SERIES_KEYS = KEYS.join(', ');

const SAMPLE = [...KEYS, 'emitter', 'operation', 'event_time', 'value_micros'] as const;

/** What tells one sample of a series from another: equal ones, whoever sent them twice, are one. */
const SAMPLE_KEYS = SAMPLE.join(', ');

/** One member of a distinct count, in millionths. */
const ONE_MEMBER = 1_000_000;

/** How far before its new samples a series is looked for first: whoever is sampled at all is sampled within a day. */
const LOOK_BACK = "interval '1' day";

const of = (alias: string, columns: readonly string[]): string => columns.map((name) => `${alias}.${name}`).join(', ');
const sameSeries = (a: string, b: string): string =>
  [...KEYS, 'period'].map((name) => `${a}.${name} = ${b}.${name}`).join(' and ');

/**
 * The samples of the kinds that cannot be added up, out of `lines` (emitter, event_time, usage), equal ones together. A
 * negative quantity, -1 less the value, takes a sample back: so a re-attribution undoes what no minus could. For DuckDB.
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
const PERIOD = `case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end`;

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
    from (select *, ${PERIOD} as period
      from (select ${SAMPLE_KEYS} from ${samples} group by ${SAMPLE_KEYS} having sum(${copies}) > 0))
    window series_order as (partition by ${SERIES_KEYS}, period ${order})`;
}

/** The series that have samples, and from when until when. */
export function touchedBy(samples: string): string {
  return `select ${SERIES_KEYS}, period, min(event_time) as since, max(event_time) as until
    from (select *, ${PERIOD} as period from ${samples}) group by ${SERIES_KEYS}, period`;
}

/** Until when before its new samples a series is looked for first, of a row of `touchedBy`: within its period. */
const CUTOFF = `greatest(period, since - ${LOOK_BACK})`;

/** The first hour in which a neighbour is looked for first; null without samples. */
export function firstCutoff(touched: string): string {
  return `select date_trunc('hour', min(${CUTOFF})) from ${touched}`;
}

/** Booked samples near the new ones of their series, as they were booked. */
export function near(booked: string, touched: string): string {
  return bookedOf(booked, `(select *, ${CUTOFF} as cutoff from ${touched})`, '>=');
}

/** Booked samples farther away, of the series of `silent`. */
export function far(booked: string, silent: string): string {
  return bookedOf(booked, silent, '<');
}

function bookedOf(booked: string, series: string, side: '<' | '>='): string {
  return `select ${of('b', [...SAMPLE, 'period', 'copies'])}
    from (select *, ${PERIOD} as period from ${booked}) b join ${series} t on ${sameSeries('b', 't')}
    where b.event_time ${side} t.cutoff`;
}

/** What of booked samples stands: given more often than taken back, or the other way round. */
export function standing(known: string): string {
  return `select ${SAMPLE_KEYS}, period, cast(sum(copies) as bigint) as copies from ${known}
    group by ${SAMPLE_KEYS}, period having sum(copies) <> 0`;
}

/** Of standing samples those from the last one before the new ones of their series to the first one after them. */
export function neighboursAmong(standing: string, touched: string): string {
  const isGiven = 's.copies > 0';
  return `select ${of('s', [...SAMPLE, 'period', 'copies'])} from ${standing} s join (
      select ${of('s', [...KEYS, 'period'])},
        coalesce(max(s.event_time) filter (where s.event_time < t.since and ${isGiven}), min(t.since)) as since,
        coalesce(min(s.event_time) filter (where s.event_time > t.until and ${isGiven}), min(t.until)) as until
      from ${standing} s join ${touched} t on ${sameSeries('s', 't')} group by ${of('s', [...KEYS, 'period'])}
    ) n on ${sameSeries('s', 'n')} where s.event_time >= n.since and s.event_time <= n.until`;
}

/** The touched series that have no sample before their new ones among the neighbours found. */
export function unheard(touched: string, neighbours: string): string {
  return `select ${of('t', [...KEYS, 'period', 'since', 'until', 'cutoff'])}
    from (select *, ${CUTOFF} as cutoff from ${touched}) t left join (
      select ${of('n', [...KEYS, 'period'])} from ${neighbours} n join ${touched} t on ${sameSeries('n', 't')}
      where n.event_time < t.since and n.copies > 0 group by ${of('n', [...KEYS, 'period'])}
    ) h on ${sameSeries('h', 't')} where h.kind is null`;
}

/** Of the unheard series those that some booking says it was the first to have: silent for long, not new. */
export function silent(unheard: string, booked: string): string {
  return `select * from ${unheard} u where exists (
    select 1 from (select *, ${PERIOD} as period from ${booked} where "first" = 1) b where ${sameSeries('b', 'u')})`;
}

/** The samples as a booking keeps them: `first` where no booking before had the series. */
export function seriesRows(samples: string, unheard: string, silent: string): string {
  return `select ${of('s', [...SAMPLE, 'copies'])}, case when u.kind is not null and x.kind is null then 1 else 0 end as "first"
    from (select *, ${PERIOD} as period from ${samples}) s
    left join ${unheard} u on ${sameSeries('u', 's')} left join ${silent} x on ${sameSeries('x', 's')}`;
}

/** New samples and their neighbours, with how often each was there before and is there after. */
export function around(samples: string, neighbours: string): string {
  return `select ${SAMPLE_KEYS}, 0 as before, copies as after from ${samples}
    union all select ${SAMPLE_KEYS}, copies, copies from ${neighbours}`;
}

/** What changes: minus what the samples added before, plus what they add after, each at the time of its sample and in its hour. */
export function moved(around: string): string {
  const of = (quantities: string, sign: string): string =>
    `select ${SERIES_KEYS}, emitter, operation, event_time, ${sign}quantity_micros as quantity_micros from (${quantities})`;
  return `select ${SERIES_KEYS}, emitter, operation, event_time, date_trunc('hour', event_time) as event_hour, quantity_micros from (
      ${of(quantitiesOf(around, 'after'), '')} union all ${of(quantitiesOf(around, 'before'), '-')})`;
}

/** Every usage entry of `lines`, with its quantity where the kind adds up by itself; the others' come from their samples. For DuckDB. */
export function entriesOf(lines: string): string {
  return `select u.tenant_id as tenant_id, emitter, u.service as service, u.resource as resource, u.operation as operation,
      u.meter as meter, u.unit as unit, date_trunc('hour', event_time) as event_hour,
      cast(if(u.kind in ('sum', 'sampled'), u.quantity_micros, 0) as decimal(38, 0)) as quantity_micros, 1 as events
    from (select emitter, event_time, unnest(usage) as u from ${lines})`;
}
