import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratePrice } from '../../../billing/rating/ratePrice.js';
import { type MeteredPrice, priceSchema, type UtcDay } from '../../../model/index.js';

const price = (given: object): MeteredPrice => {
  const parsed = priceSchema.parse({ service: 'Ingress', meter: 'requests', ...given });
  if (parsed.model === 'flat') throw new Error('not a metered price');
  return parsed;
};
const micros = (units: number): bigint => BigInt(Math.round(units * 1e6));
const rate = (given: object, quantities: readonly number[]) => {
  const metered = price(given);
  const days = quantities.map((units, index) => ({ day: `2026-11-0${index + 1}` as UtcDay, quantity: micros(units) }));
  return ratePrice(metered, days, metered.included);
};
/** Day of the month, tier, consumed units, quantity × unit price = cost. */
const shown = (rows: ReturnType<typeof ratePrice>): string[] =>
  rows.map(
    ({ day, tier, consumed, quantity, unitPrice }) =>
      `${Number(day.slice(8))} ${tier === '' ? '-' : tier} ${consumed === null ? 'fixed' : Number(consumed) / 1e6}: ${quantity.toFixed()} × ${unitPrice.toFixed()} = ${quantity.times(unitPrice).toFixed()}`,
  );

describe('ratePrice', () => {
  it('per unit: 0.000015 × 20 is 0.0003, and a negative quantity takes back', () => {
    expect(shown(rate({ price: '0.000015' }, [20, -5_000]))).toEqual([
      '1 - 20: 20 × 0.000015 = 0.0003',
      '2 - -5000: -5000 × 0.000015 = -0.075',
    ]);
  });

  it('per unit: nothing used is no row', () => {
    expect(rate({ price: '1' }, [0, 0])).toEqual([]);
  });

  it('included: goes first, at no price, and can be taken back', () => {
    expect(shown(rate({ price: '2', included: 10 }, [7, 5, -4]))).toEqual([
      '1 included 7: 7 × 0 = 0',
      '2 included 3: 3 × 0 = 0',
      '2 - 2: 2 × 2 = 4',
      '3 included -2: -2 × 0 = 0',
      '3 - -2: -2 × 2 = -4',
    ]);
  });

  it('volume: 65,000 × 0.0006 + flat 10 is 49', () => {
    const tiers = [
      { up_to: 50_000, price: '0.0008' },
      { up_to: 100_000, price: '0.0006', flat: '10' },
      { price: '0.0004' },
    ];
    const rows = rate({ model: 'volume', tiers }, [25_000, 40_000]);
    expect(shown(rows)).toEqual([
      '1 t2 25000: 25000 × 0.0006 = 15',
      '1 t2.flat fixed: 1 × 10 = 10',
      '2 t2 40000: 40000 × 0.0006 = 24',
    ]);
  });

  it('volume: the upper bound belongs to the tier', () => {
    const tiers = [{ up_to: 15, price: '10' }, { price: '5' }];
    expect(shown(rate({ model: 'volume', tiers }, [15]))).toEqual(['1 t1 15: 15 × 10 = 150']);
    expect(shown(rate({ model: 'volume', tiers }, [15.000001]))).toEqual(['1 t2 15.000001: 15.000001 × 5 = 75.000005']);
  });

  it('graduated: each slice at its own price, a row per tier, flat once when a tier is entered', () => {
    const tiers = [{ up_to: 10, price: '3', flat: '7' }, { up_to: 20, price: '2', flat: '5' }, { price: '1' }];
    expect(shown(rate({ model: 'graduated', tiers }, [10, 15, 1]))).toEqual([
      '1 t1 10: 10 × 3 = 30',
      '1 t1.flat fixed: 1 × 7 = 7',
      '2 t2 10: 10 × 2 = 20',
      '2 t2.flat fixed: 1 × 5 = 5',
      '2 t3 5: 5 × 1 = 5',
      '3 t3 1: 1 × 1 = 1',
    ]);
  });

  it('graduated: what a day takes back is taken from the tier it lay in', () => {
    const tiers = [
      { up_to: 10, price: '3' },
      { price: '2', flat: '5' },
    ];
    expect(shown(rate({ model: 'graduated', tiers }, [12, -4, -10]))).toEqual([
      '1 t1 10: 10 × 3 = 30',
      '1 t2 2: 2 × 2 = 4',
      '1 t2.flat fixed: 1 × 5 = 5',
      '2 t1 -2: -2 × 3 = -6',
      '2 t2 -2: -2 × 2 = -4',
      '2 t2.flat fixed: -1 × 5 = -5',
      '3 t1 -10: -10 × 3 = -30',
    ]);
  });

  it('package: 0 is none, 20.1 in packages of 20 are two, each begun once in the period', () => {
    expect(rate({ model: 'package', price: '4', size: 20 }, [0])).toEqual([]);
    expect(shown(rate({ model: 'package', price: '4', size: 20 }, [20.1]))).toEqual(['1 - 20.1: 2 × 4 = 8']);
    expect(shown(rate({ model: 'package', price: '4', size: 20 }, [19, 1, 1]))).toEqual([
      '1 - 19: 1 × 4 = 4',
      '2 - 1: 0 × 4 = 0',
      '3 - 1: 1 × 4 = 4',
    ]);
  });

  it('percentage: of the value, exactly', () => {
    expect(shown(rate({ model: 'percentage', percent: '2.9' }, [1_234.56]))).toEqual([
      '1 - 1234.56: 1234.56 × 0.029 = 35.80224',
    ]);
  });

  it('says what a unit is: so many of the meter’s', () => {
    const per = (given: object) => rate(given, [5]).map((row) => [row.per, row.quantity.toFixed()]);
    expect(per({ price: '1', per: 1_000_000 })).toEqual([[1_000_000, '0.000005']]);
    expect(per({ price: '1', per: 4 })).toEqual([[1, '5']]);
    expect(per({ model: 'package', price: '1', size: '2.5' })).toEqual([['2.5', '2']]);
  });

  // What a bill for the whole quantity would be, from the definition of each model and without days.
  it('comes to what the model says of the whole quantity, however many days it took', () => {
    const tiers = [{ up_to: 100, price: '3', flat: '7' }, { up_to: 250, price: '2', flat: '5' }, { price: '1.5' }];
    const bounds = [0, 100, 250, Number.POSITIVE_INFINITY];
    const graduated = (total: number): number =>
      tiers.reduce((cost, tier, index) => {
        const [from, to] = [bounds[index] ?? 0, bounds[index + 1] ?? 0];
        return total <= from ? cost : cost + (Math.min(total, to) - from) * Number(tier.price) + Number(tier.flat ?? 0);
      }, 0);
    const volume = (total: number): number => {
      const tier = tiers[bounds.findIndex((bound) => total <= bound) - 1];
      return total === 0 ? 0 : total * Number(tier?.price) + Number(tier?.flat ?? 0);
    };
    const expected: [object, (total: number) => number][] = [
      [{ model: 'graduated', tiers }, graduated],
      [{ model: 'volume', tiers }, volume],
      [{ model: 'package', price: '4', size: 30 }, (total) => Math.ceil(total / 30) * 4],
      [{ price: '0.5' }, (total) => total / 2],
    ];
    const quantities = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 8 });
    fc.assert(
      fc.property(quantities, fc.integer({ min: 0, max: 60 }), (days, included) => {
        for (const [given, cost] of expected) {
          const beyond = Math.max(0, days.reduce((sum, units) => sum + units, 0) - included);
          const rows = rate({ ...given, included }, days);
          const billed = rows.reduce((sum, row) => sum.plus(row.quantity.times(row.unitPrice)), new Big(0));
          // Halves and whole numbers of this size are exact as numbers, too.
          expect(billed.toFixed()).toBe(new Big(cost(beyond)).toFixed());
        }
      }),
    );
  });
});
