import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText, scaled, sumOf } from '../../../dashboard/gather/decimals.js';
import { windowKey } from '../../../dashboard/gather/gatherWindow.js';
import { ownBaseline } from '../../../dashboard/gather/ownBaseline.js';
import { peerBands, percentile } from '../../../dashboard/gather/peerBands.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-23T00:00:00Z');

describe('decimals', () => {
  it('loses no digit, whatever is added', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }))
      .map(([value]) => ({ value, text: decimalText(value) }));
    fc.assert(
      fc.property(decimal, ({ value, text }) => {
        expect(scaled(text)).toBe(value);
      }),
    );
    expect(sumOf(['0.1', '0.2', '-0.000000000000000001'])).toBe('0.299999999999999999');
    expect(sumOf([])).toBe('0');
  });
});

describe('peerBands', () => {
  it('has none of fewer than five, nor of a plan with fewer than eight', () => {
    const used = (count: number, plan: number) => Array.from({ length: count }, (_, at) => ({ plan, share: at / 100 }));
    expect(peerBands(used(4, 0))).toEqual([]);
    expect(peerBands(used(5, 0)).map(({ plan, tenants }) => [plan, tenants])).toEqual([[-1, 5]]);
    expect(peerBands([...used(8, 0), ...used(7, 1)]).map(({ plan, tenants }) => [plan, tenants])).toEqual([
      [-1, 15],
      [0, 8],
    ]);
  });

  it('gives values that are there, in order', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 200 });
    fc.assert(
      fc.property(shares, (values) => {
        const [band] = peerBands(values.map((share) => ({ plan: -1, share })));
        const all = [band?.p25, band?.p50, band?.p75, band?.p95, band?.p99];
        for (const value of all) expect(values).toContain(value);
        expect([...all].sort((a, b) => Number(a) - Number(b))).toEqual(all);
      }),
    );
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
  });
});

describe('ownBaseline', () => {
  const window = { start: START, end: START + 2 * HOUR };
  const past = (days: number, amount: (day: number) => number) =>
    new Map(Array.from({ length: days }, (_, day) => [START - (day + 1) * 24 * HOUR, amount(day)]));

  it('is of the same hour of the day, and null for hours that have too few days', () => {
    const own = past(10, (day) => day + 1);
    const { low, middle, high, history_days } = ownBaseline(own, new Set(own.keys()), window);
    expect([low, middle, high, history_days]).toEqual([[1, null], [5, null], [9, null], 10]);
    expect(
      ownBaseline(
        past(2, () => 1),
        new Set(past(2, () => 1).keys()),
        window,
      ).middle,
    ).toEqual([null, null]);
  });

  it('counts an hour others were heard in as none of its own, and one nobody was heard in as nothing', () => {
    const own = past(5, () => 4);
    const heard = new Set(own.keys());
    own.delete(START - 2 * 24 * HOUR);
    expect(ownBaseline(own, heard, window).low[0]).toBe(0);
    heard.delete(START - 2 * 24 * HOUR);
    expect(ownBaseline(own, heard, window).low[0]).toBe(4);
  });

  it('counts nothing from before its first use, nor the window itself', () => {
    const own = past(4, () => 3);
    const heard = new Set([...past(20, () => 1).keys(), START]);
    expect(ownBaseline(new Map([...own, [START, 99]]), heard, window)).toMatchObject({
      low: [3, null],
      high: [3, null],
    });
  });
});

it('windowKey says hours up to two days, then days', () => {
  expect([1, 24, 48, 72, 168, 50].map((hours) => windowKey({ start: 0, end: hours * HOUR }))).toEqual([
    '1h',
    '24h',
    '48h',
    '3d',
    '7d',
    '50h',
  ]);
});
