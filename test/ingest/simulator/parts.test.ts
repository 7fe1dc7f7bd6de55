import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivalQueue } from '../../../ingest/simulator/ArrivalQueue.js';
import { CapacityBudget, WRITE_COST } from '../../../ingest/simulator/CapacityBudget.js';
import { aggregateLengths, MAX_AGGREGATE_BYTES } from '../../../ingest/simulator/Chunk.js';
import { KEPT_KINDS, keptLine, QUARANTINED_KINDS, quarantinedRecord } from '../../../ingest/simulator/hostileLines.js';
import { Prng } from '../../../ingest/simulator/Prng.js';
import { season } from '../../../ingest/simulator/season.js';

describe('Prng', () => {
  it('gives a fixed sequence, whatever the machine', () => {
    const prng = new Prng(42);
    expect([prng.hex(8), prng.hex(8), prng.int(1000), prng.hex(3)]).toEqual(['08a5b274', 'c17a30df', 964, '80e']);
  });

  it('stays within bounds for any seed', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 1e6 }), (seed, below) => {
        const value = new Prng(seed).int(below);
        return Number.isInteger(value) && value >= 0 && value < below;
      }),
    );
  });
});

describe('ArrivalQueue', () => {
  it('hands out every chunk once, by arrival, then in the order sent', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 21 }), (arrivals, instant) => {
        const queue = new ArrivalQueue();
        arrivals.forEach((arrival, index) => {
          queue.push({
            stream: 'tenantscope-default',
            arrival,
            data: Buffer.alloc(1),
            lengths: [1],
            lines: index,
          });
        });
        const out: [number, number][] = [];
        for (let chunk = queue.popBefore(instant); chunk !== undefined; chunk = queue.popBefore(instant)) {
          out.push([chunk.arrival, chunk.lines]);
        }
        const expected = arrivals
          .map((arrival, index): [number, number] => [arrival, index])
          .filter(([arrival]) => arrival < instant)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(out).toEqual(expected);
        expect(queue.bytes).toBe(arrivals.length - out.length);
      }),
    );
  });
});

describe('aggregateLengths', () => {
  it('keeps every byte and never passes the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: MAX_AGGREGATE_BYTES })), (lengths) => {
        const records = aggregateLengths(lengths);
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        expect(sum(records)).toBe(sum(lengths));
        expect(records.every((length) => length <= MAX_AGGREGATE_BYTES)).toBe(true);
      }),
    );
  });
});

describe('CapacityBudget', () => {
  it('spends exactly what was planned over the calls of the hour', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, calls) => {
        const cost = calls * 40;
        const budget = new CapacityBudget(new Prng(seed), cost, calls);
        let spent = 0;
        for (let call = 0; call < calls; call += 1) {
          const { kind, halves } = budget.next(call % 4 === 0 ? 'write' : 'read');
          spent += kind === 'read' ? halves : (halves / 2) * WRITE_COST;
        }
        expect(spent).toBe(cost);
      }),
    );
  });
});

describe('season', () => {
  it('is lower at night than in the evening, and about 1 over a week', () => {
    const monday = Date.UTC(2026, 10, 23);
    const week = Array.from({ length: 168 }, (_, hour) => season(monday + hour * 3_600_000));
    expect(season(monday + 4 * 3_600_000)).toBeLessThan(season(monday + 20 * 3_600_000));
    expect(week.reduce((sum, value) => sum + value, 0) / 168).toBeCloseTo(1, 1);
  });
});

describe('hostile lines', () => {
  const at = { tenant: 'acme', other: 'rondo', pod: 'pod-1', time: Date.UTC(2026, 10, 23) };

  it('never let a quarantined record prove an identity', () => {
    for (let kind = 0; kind < QUARANTINED_KINDS; kind += 1) {
      const text = quarantinedRecord(kind, at, new Prng(kind)).toString('utf8');
      expect(text.endsWith('\n')).toBe(true);
      expect(/"tenant_id":"(\w+)","namespace":"tenant-\1"/.test(text)).toBe(false);
    }
  });

  it('hold capacities that are refused, and lines that name another tenant', () => {
    const kept = Array.from({ length: KEPT_KINDS }, (_, kind) => keptLine(kind, at, new Prng(kind)));
    const logs = kept.map(({ line }) => line.log).join('\n');
    for (const part of ['-5', '1e400', '0.12345678', 'NaN', '946684800000', '__proto__', '"tenant_id":"rondo"']) {
      expect(logs).toContain(part);
    }
    expect(kept.every(({ line }) => line.usage.every((entry) => entry.consumer === undefined))).toBe(true);
  });
});
