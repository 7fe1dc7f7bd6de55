import { DAY_MS, HOUR_MS, startOfHour } from '../../model/index.js';
import {
  completenessByHour,
  type Engine,
  type HourCompleteness,
  importedMetrics,
  readReach,
  sqlInstant,
  sqlText,
  watermark,
} from '../../queries/index.js';
import { SIGNAL_METRICS } from '../signals/metricSignals.js';
import { readHourlyUse } from './readHourlyUse.js';
import type { UsageSource } from './UsageSource.js';

/** Longest window completeness is asked for at once; of longer ones, in parts. */
const MOST_MS = 99 * DAY_MS;

/** The ledger of a lake as the job reads it, through any engine. */
export function ledgerSource(engine: Engine): UsageSource {
  return {
    through: async () => (await watermark(engine)).dataThrough,
    hours: (window, prices) => readHourlyUse(engine, window, prices),
    completeness: async ({ start, end }) => {
      const hours: HourCompleteness[] = [];
      for (let from = start; from < end; ) {
        const until = Math.min(end, startOfHour(from + MOST_MS));
        hours.push(...(await completenessByHour(engine, { start: from, end: until })));
        from = until;
      }
      return hours;
    },
    recent: async () => {
      if (engine.views !== undefined && !engine.views.includes('usage_recent')) return undefined;
      const [[newest] = []] = (await engine.query('select max(arrival_through) from booked_events')).rows;
      if (typeof newest !== 'string') return undefined;
      const arrived = Date.parse(newest);
      const answer = await engine.query(`select tenant_id, service, meter, window_start,
          cast(sum(quantity_micros) as decimal(38, 0))
        from usage_recent group by tenant_id, service, meter, window_start
        order by tenant_id, service, meter, window_start`);
      const usage = answer.rows.map(([tenant, service, meter, start, quantity]) => ({
        tenant_id: String(tenant),
        service: String(service),
        meter: String(meter),
        event_hour: Date.parse(String(start)),
        quantity_micros: BigInt(String(quantity)),
      }));
      return { usage, arrived, reach: await readReach(engine, arrived) };
    },
    metrics: (window) => importedMetrics(engine, { window, metrics: SIGNAL_METRICS }),
    parts: async (tenant, service, { start, end }, days) => {
      const hours = new Set<number>();
      for (let at = start; at < end && hours.size < 24; at += HOUR_MS) hours.add(new Date(at).getUTCHours());
      const answer = await engine.query(`select operation, resource, meter,
          cast(sum(case when event_hour >= ${sqlInstant(start)} then quantity_micros else 0 end) as decimal(38, 0)),
          cast(sum(case when event_hour < ${sqlInstant(start)} then quantity_micros else 0 end) as decimal(38, 0))
        from ledger where tenant_id = ${sqlText(tenant)} and service = ${sqlText(service)}
          and event_hour >= ${sqlInstant(start - days * DAY_MS)} and event_hour < ${sqlInstant(end)}
          and extract(hour from event_hour) in (${[...hours].join(', ')})
        group by operation, resource, meter order by operation, resource, meter`);
      return answer.rows.map(([operation, resource, meter, now, before]) => ({
        operation: String(operation ?? ''),
        resource: String(resource ?? ''),
        meter: String(meter),
        now_micros: BigInt(String(now)),
        before_micros: BigInt(String(before)),
      }));
    },
  };
}
