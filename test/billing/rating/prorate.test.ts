import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthWindow } from '../../../billing/index.js';
import { prorate, proratePrice } from '../../../billing/rating/prorate.js';
import { DAY_MS } from '../../../model/index.js';

const november = monthWindow('2026-11');
const days = (from: number, until: number) => ({
  start: november.start + from * DAY_MS,
  end: november.start + until * DAY_MS,
});

describe('prorate', () => {
  it('takes the length the period has', () => {
    expect(proratePrice('30', days(10, 30), november)).toBe('20.000000000000');
    expect(proratePrice('28', days(0, 14), monthWindow('2026-02'))).toBe('0.000000000000');
    const february = monthWindow('2026-02');
    expect(proratePrice('28', { start: february.start, end: february.start + 14 * DAY_MS }, february)).toBe(
      '14.000000000000',
    );
  });

  it('gives nothing for no time', () => {
    expect(prorate(100n, days(5, 5), november)).toBe(0n);
    expect(prorate(100n, days(-5, 0), november)).toBe(0n);
  });

  it('adds up to the whole however a period is cut', () => {
    const cuts = fc.array(fc.integer({ min: november.start, max: november.end }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 24n), cuts, (amount, between) => {
        const edges = [november.start, ...between.sort((a, b) => a - b), november.end];
        const parts = edges.slice(1).map((end, index) => prorate(amount, { start: edges[index] ?? 0, end }, november));
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
      }),
    );
  });
});
