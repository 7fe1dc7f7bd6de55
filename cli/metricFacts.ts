import { burnRates, doubtfulHours, LONGEST_BURN_MS, ledgerSource } from '../alerts/index.js';
import { budgetsOf, type Config, DAY_MS, HOUR_MS } from '../model/index.js';
import { completenessByHour, type Engine, type HourlyUsage, usageByHour, watermark } from '../queries/index.js';
import type { MetricFacts } from '../serve/index.js';
import { alertsState } from './alertsState.js';

/** What ranks tenants, and what budgets look back at. */
const READ_MS = Math.max(DAY_MS, LONGEST_BURN_MS);

/** What `/metrics` tells, as of the watermark, whatever window the page shows. */
export async function metricFacts(engine: Engine, config: Config): Promise<MetricFacts> {
  const { state } = await (await alertsState(config)).read();
  const incidents = state.open.map(({ severity, kind }) => ({ severity, kind }));
  const { dataThrough } = await watermark(engine);
  const judgedThrough = state.judged.hourly;
  if (dataThrough === null) {
    return { dataThrough, completeness: null, judgedThrough, services: [], usage: [], incidents, burns: [] };
  }
  const read = { start: dataThrough - READ_MS, end: dataThrough };
  const { services, used } = await ledgerSource(engine).hours(read, config.list_prices);
  const known = await completenessByHour(engine, read);
  const doubts = doubtfulHours(known, config.detection.least_complete);
  const hour = dataThrough - HOUR_MS;
  const budgets = budgetsOf(config);
  return {
    dataThrough,
    completeness: known.find((one) => one.hour === hour) ?? null,
    judgedThrough,
    services: services.map(({ service, priced, hours }) => ({
      service,
      priced,
      amounts: hours.get(hour) ?? new Map(),
      ranked: rankOf([...hours].filter(([start]) => start >= dataThrough - DAY_MS).map(([, amounts]) => amounts)),
    })),
    usage: usageOf(await usageByHour(engine, { start: hour, end: dataThrough })),
    incidents,
    burns: burnRates({ budgets, services, complete: (start) => used.has(start) && !doubts.has(start) }, dataThrough),
  };
}

function rankOf(hours: readonly ReadonlyMap<string, number>[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const amounts of hours) {
    for (const [tenant, amount] of amounts) sums.set(tenant, (sums.get(tenant) ?? 0) + amount);
  }
  return [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([tenant]) => tenant);
}

function usageOf(rows: readonly HourlyUsage[]): MetricFacts['usage'] {
  const meters = new Map<string, { service: string; meter: string; unit: string; amounts: Map<string, number> }>();
  for (const { tenant_id, service, meter, unit, quantity_micros } of rows) {
    const key = [service, meter, unit].join('\u0000');
    const known = meters.get(key) ?? { service, meter, unit, amounts: new Map<string, number>() };
    meters.set(key, known);
    known.amounts.set(tenant_id, Number(quantity_micros) / 1e6);
  }
  return [...meters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
