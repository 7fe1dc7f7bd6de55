import { describe, expect, it } from 'vitest';
import { parseBacktestCsv } from '../../../alerts/backtest/parseBacktestCsv.js';
import type { ServiceUsage } from '../../../alerts/detection/priceUsage.js';
import { SIGNAL_METRICS } from '../../../alerts/signals/metricSignals.js';
import { readSignals } from '../../../alerts/signals/readSignals.js';
import { IMPORTED_METRICS } from '../../../ingest/importers/cloudwatch/metricCatalogue.js';
import { DAY_MS, HOUR_MS, type Window } from '../../../model/index.js';
import type { ImportedMetricValue } from '../../../queries/index.js';
import { metricValue } from './signalSources.js';

const START = Date.parse('2026-11-23T10:00:00Z');
const SHORT = 300_000;

async function signalsOf(
  of: {
    metrics?: readonly ImportedMetricValue[];
    csv?: string;
    throttled?: number;
    services?: readonly ServiceUsage[];
  },
  windowMs = HOUR_MS,
) {
  const asked: Window[] = [];
  const usage = [
    {
      tenant_id: 'acme',
      service: 'DynamoDB',
      meter: 'throttled_requests',
      event_hour: START,
      quantity_micros: BigInt(of.throttled ?? 0) * 1_000_000n,
    },
  ];
  const signal = await readSignals(
    {
      metrics: async (window) => {
        asked.push(window);
        return of.metrics ?? [];
      },
    },
    {
      window: { start: START, end: START + HOUR_MS },
      windowMs,
      usage,
      services: of.services ?? [],
      rows: of.csv === undefined ? [] : parseBacktestCsv('signals', of.csv, 'signals.csv'),
    },
  );
  return { signal, asked };
}
const at = (metric: string, sum: number, of: Partial<ImportedMetricValue> = {}) =>
  metricValue(metric, sum, { start: START, ...of });

describe('signals', () => {
  it('of which nothing tells are unknown, not quiet', async () => {
    const { signal, asked } = await signalsOf({});
    expect(signal('DynamoDB', START)).toBeUndefined();
    // The decision table remembers windows before the first one judged.
    expect(asked).toEqual([{ start: START - DAY_MS, end: START + HOUR_MS }]);
    const other = await signalsOf({ metrics: [at('ConsumedReadCapacityUnits', 5)] });
    expect(other.signal('S3', START)).toBeUndefined();
    expect(other.signal('DynamoDB', START + HOUR_MS)).toBeUndefined();
  });

  it('capacity in use is that of the tightest table or index, reads and writes apart', async () => {
    const { signal } = await signalsOf({
      metrics: [
        // 100 units a second, 90 used; the mean of twelve values is the limit.
        at('ProvisionedReadCapacityUnits', 1200),
        at('ConsumedReadCapacityUnits', 90 * 3600),
        at('ProvisionedWriteCapacityUnits', 12 * 1000),
        at('ConsumedWriteCapacityUnits', 10 * 3600),
        at('ProvisionedReadCapacityUnits', 12 * 50, { index: 'by-day' }),
        at('ConsumedReadCapacityUnits', 48 * 3600, { index: 'by-day' }),
        // Much room elsewhere does not help a table that is full.
        at('ProvisionedReadCapacityUnits', 12 * 1e6, { resource: 'idle' }),
      ],
    });
    expect(signal('DynamoDB', START)).toEqual({ capacityUse: 0.96, throttledRequests: 0, neighbourBurn: null });
  });

  it('a table on demand has the most that was set for it as its limit, and without that none', async () => {
    const onDemand = [at('ProvisionedReadCapacityUnits', 0), at('ConsumedReadCapacityUnits', 9e9)];
    const { signal } = await signalsOf({ metrics: onDemand });
    expect(signal('DynamoDB', START)).toMatchObject({ capacityUse: null, throttledRequests: 0 });
    const capped = await signalsOf({
      metrics: [...onDemand, at('OnDemandMaxReadRequestUnits', 12 * 5e6)],
    });
    expect(capped.signal('DynamoDB', START)?.capacityUse).toBeCloseTo(0.5, 12);
  });

  it('throttles that CloudWatch and clients counted are the same seen twice, and are not added', async () => {
    const metrics = [
      at('ReadThrottleEvents', 4),
      at('WriteThrottleEvents', 3),
      at('ReadThrottleEvents', 2, { index: 'by-day' }),
      at('ThrottledRequests', 5),
    ];
    expect((await signalsOf({ metrics })).signal('DynamoDB', START)?.throttledRequests).toBe(9);
    expect((await signalsOf({ metrics, throttled: 7 })).signal('DynamoDB', START)?.throttledRequests).toBe(9);
    expect((await signalsOf({ metrics, throttled: 70 })).signal('DynamoDB', START)?.throttledRequests).toBe(70);
    expect((await signalsOf({ throttled: 7 })).signal('DynamoDB', START)).toEqual({
      capacityUse: null,
      throttledRequests: 7,
      neighbourBurn: null,
    });
    const lambda = [at('Throttles', 3, { namespace: 'AWS/Lambda', resource: 'render' })];
    expect((await signalsOf({ metrics: lambda })).signal('Lambda', START)).toMatchObject({ throttledRequests: 3 });
  });

  it("a file's word goes before what was measured, figure by figure, and rows within a window count together", async () => {
    const csv = [
      'window_start,service,capacity_use,throttled_requests,neighbour_burn',
      '2026-11-23T10:00:00Z,DynamoDB,0.4,,false',
      '2026-11-23T10:05:00Z,DynamoDB,0.6,,true',
      '2026-11-23T11:00:00Z,DynamoDB,0.1,2,',
    ].join('\n');
    const { signal } = await signalsOf({ csv, throttled: 7, metrics: [at('ProvisionedReadCapacityUnits', 1200)] });
    expect(signal('DynamoDB', START)).toEqual({ capacityUse: 0.6, throttledRequests: 7, neighbourBurn: true });
    expect(signal('DynamoDB', START + HOUR_MS)).toEqual({
      capacityUse: 0.1,
      throttledRequests: 2,
      neighbourBurn: null,
    });
    const short = await signalsOf({ csv }, SHORT);
    expect(short.signal('DynamoDB', START + SHORT)).toMatchObject({ capacityUse: 0.6, neighbourBurn: true });
    expect(short.signal('DynamoDB', START + 2 * SHORT)).toBeUndefined();
  });

  it('windows of five minutes have the head-room of an hour before them, by how much more is used now, and nothing else', async () => {
    // Twelve a window in the hour before, and so many times as much in the window.
    const usedNow = (times: number): readonly ServiceUsage[] => [
      {
        service: 'DynamoDB',
        basis: 'USD at list price',
        priced: true,
        hours: new Map(
          Array.from({ length: 13 }, (_, place) => [
            START - HOUR_MS + place * SHORT,
            new Map([
              ['acme', place === 12 ? 12 * times - 2 : 10],
              ['globex', 2],
            ]),
          ]),
        ),
      },
    ];
    const before = { start: START - HOUR_MS };
    const metrics = [
      at('ProvisionedReadCapacityUnits', 1200, before),
      at('ConsumedReadCapacityUnits', 10 * 3600, before),
    ];
    const room = await signalsOf({ metrics, services: usedNow(3) }, SHORT);
    expect(room.asked).toEqual([{ start: START - 3 * HOUR_MS, end: START + HOUR_MS }]);
    expect(room.signal('DynamoDB', START)).toEqual({
      capacityUse: expect.closeTo(0.3),
      throttledRequests: null,
      neighbourBurn: null,
    });
    // Five times a tenth is no head-room any more, and what it is instead is not known.
    expect((await signalsOf({ metrics, services: usedNow(5) }, SHORT)).signal('DynamoDB', START)).toBeUndefined();
    expect((await signalsOf({ metrics, services: [] }, SHORT)).signal('DynamoDB', START)).toBeUndefined();
    expect((await signalsOf({ services: usedNow(3) }, SHORT)).signal('DynamoDB', START)).toBeUndefined();
    const throttled = await signalsOf({ metrics, services: usedNow(3), throttled: 4 }, SHORT);
    expect(throttled.signal('DynamoDB', START)).toMatchObject({ throttledRequests: 4 });
    // A file by the hour tells of it as metrics do, and goes before them.
    const csv = 'window_start,service,capacity_use,throttled_requests\n2026-11-23T09:00:00Z,DynamoDB,0.15,\n';
    const told = { capacityUse: expect.closeTo(0.45), throttledRequests: null };
    expect((await signalsOf({ csv, services: usedNow(3) }, SHORT)).signal('DynamoDB', START)).toMatchObject(told);
    expect((await signalsOf({ csv, metrics, services: usedNow(3) }, SHORT)).signal('DynamoDB', START)).toMatchObject(
      told,
    );
    const burns = `${csv.replace('requests', 'requests,neighbour_burn').trimEnd()},true\n`;
    expect((await signalsOf({ csv: burns, services: usedNow(3) }, SHORT)).signal('DynamoDB', START)).toBeUndefined();
  });

  it('neighbour_burn may be left out of a file, and is true or false where it is given', () => {
    const header = 'window_start,service,capacity_use,throttled_requests';
    const row = '2026-11-23T10:00:00Z,DynamoDB,,3';
    expect(parseBacktestCsv('signals', `${header}\n${row}\n`, 's.csv')).toEqual([
      { window_start: START, service: 'DynamoDB', capacity_use: undefined, throttled_requests: 3 },
    ]);
    expect(() => parseBacktestCsv('signals', `${header},neighbour_burn\n${row},yes\n`, 's.csv')).toThrow(
      /neighbour_burn is not usable: expected true or false, got "yes"/,
    );
    expect(() => parseBacktestCsv('signals', `${header},burn\n${row},true\n`, 's.csv')).toThrow(/wrong columns/);
  });

  it('are of metrics that are imported', () => {
    const imported = new Set(IMPORTED_METRICS.map(({ metric }) => metric));
    expect(SIGNAL_METRICS.filter((name) => !imported.has(name))).toEqual([]);
  });
});
