import { describe, expect, it } from 'vitest';
import { backtest, formatBacktest, parseBacktestCsv } from '../../../alerts/index.js';
import { DEFAULT_LIST_PRICES, HOUR_MS } from '../../../model/index.js';

const START = Date.parse('2026-11-01T00:00:00Z');
const HOURS = 16 * 24;
const iso = (hour: number): string => new Date(START + hour * HOUR_MS).toISOString();

/** Fifteen tenants, steady but for what `of` says; undefined leaves the row out. */
function usageOf(of: (tenant: number, hour: number) => number | undefined, hours = HOURS) {
  const rows = ['window_start,tenant_id,service,meter,quantity'];
  for (let hour = 0; hour < hours; hour += 1) {
    for (let tenant = 0; tenant < 15; tenant += 1) {
      const quantity = of(tenant, hour);
      if (quantity !== undefined) rows.push(`${iso(hour)},t${tenant},DynamoDB,read_units,${quantity}`);
    }
  }
  return parseBacktestCsv('usage', rows.join('\n'), 'usage.csv');
}

const steady = (tenant: number, hour: number): number => 5e7 * (1 + 0.05 * Math.sin(tenant * 7 + hour * 3));
const replay = (of: Parameters<typeof usageOf>[0], over: Partial<Parameters<typeof backtest>[0]> = {}, hours = HOURS) =>
  backtest({
    usage: usageOf(of, hours),
    usagePath: 'usage.csv',
    tenants: [],
    signals: [],
    labels: undefined,
    prices: DEFAULT_LIST_PRICES,
    ...over,
  });

describe('a backtest', () => {
  const from = 15 * 24;
  const noisy = (tenant: number, hour: number) =>
    steady(tenant, hour) * (tenant === 3 && hour >= from && hour < from + 6 ? 6 : 1);

  it('pages once for one tenant, closes when it is calm again, and scores it', () => {
    const labels = parseBacktestCsv(
      'labels',
      `tenant_id,service,meter,start,end\nt3,DynamoDB,read_units,${iso(from)},${iso(from + 6)}\n`,
      'labels.csv',
    );
    const result = replay(noisy, { labels });
    expect(result.pages).toBe(1);
    expect(result.tickets).toBe(0);
    expect(result.incidents).toMatchObject([
      { key: 't3/DynamoDB/up', kind: 'noisy_tenant', severity: 'PAGE', state: 'resolved', windows: 5 },
    ]);
    const [incident] = result.incidents;
    expect(((incident?.resolved_at ?? 0) - START) / HOUR_MS).toBe(from + 9);
    expect(result.labels).toMatchObject({ recall: 1, precision: 1, median_time_to_detect_ms: 2 * HOUR_MS });
    expect(formatBacktest(result)).toContain('would have been sent: 1 pages');
  });

  it('opens one infrastructure incident and no other when all move together', () => {
    const result = replay((tenant, hour) => steady(tenant, hour) * (hour >= from && hour < from + 5 ? 2.5 : 1));
    expect(result.incidents.map(({ key, kind }) => [key, kind])).toEqual([['_fleet/DynamoDB/up', 'infrastructure']]);
    expect(result.pages).toBe(0);
  });

  it('makes one incident of a tenant that flaps around the threshold for a day', () => {
    const flapping = (tenant: number, hour: number) =>
      steady(tenant, hour) * (tenant === 3 && hour >= from && hour % 2 === 0 ? 6 : 1);
    expect(replay(flapping).incidents.map(({ key }) => key)).toEqual(['t3/DynamoDB/up']);
  });

  it('judges nothing in hours without data, and nobody for having been away', () => {
    const result = replay((tenant, hour) => (hour >= from && hour < from + 3 ? undefined : steady(tenant, hour)));
    expect(result.incidents).toEqual([]);
    expect(result.windows).toHaveLength(HOURS);
  });

  it('wakes nobody while the capacity has room', () => {
    const rows = Array.from({ length: 24 }, (_, hour) => `${iso(from + hour)},DynamoDB,0.2,0`);
    const text = ['window_start,service,capacity_use,throttled_requests', ...rows].join('\n');
    const result = replay(noisy, { signals: parseBacktestCsv('signals', text, 'signals.csv') });
    expect(result).toMatchObject({ pages: 0, tickets: 1 });
  });

  it('gives the same whatever the order of the rows', () => {
    const usage = usageOf(noisy);
    const again = replay(noisy, { usage: [...usage].reverse() });
    expect(again).toEqual(replay(noisy, { usage }));
  });
});

describe('a file of a backtest', () => {
  it.each([
    ['window_start,tenant_id,service,meter\n', 'usage.csv:1', 'wrong columns'],
    ['window_start,tenant_id,service,meter,quantity,x\n', 'usage.csv:1', 'wrong columns'],
    ['window_start,tenant_id,service,meter,quantity\n2026-11-01,a,s,m,1\n', 'usage.csv:2', 'window_start'],
    ['window_start,tenant_id,service,meter,quantity\n2026-11-01T00:00:00Z,a,s,m,-1\n', 'usage.csv:2', 'quantity'],
    ['window_start,tenant_id,service,meter,quantity\n2026-11-01T00:00:00Z,A b,s,m,1\n', 'usage.csv:2', 'tenant_id'],
    ['window_start,tenant_id,service,meter,quantity\n2026-11-01T00:00:00Z,a,s,m\n', 'usage.csv:2', 'not CSV'],
  ])('is refused by line: %j', (text, where, what) => {
    expect(() => parseBacktestCsv('usage', text, 'usage.csv')).toThrow(where);
    expect(() => parseBacktestCsv('usage', text, 'usage.csv')).toThrow(what);
  });

  it('is refused when its windows are not regular, or say one thing twice', () => {
    const irregular = [
      ...usageOf(steady, 3),
      ...usageOf(steady, 1).map((row) => ({ ...row, window_start: START + 185 * 60_000 })),
    ];
    expect(() => replay(steady, { usage: irregular })).toThrow('not regular');
    expect(() => replay(steady, { usage: [...usageOf(steady, 3), ...usageOf(steady, 1)] })).toThrow('twice');
  });
});
