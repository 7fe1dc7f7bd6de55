import { describe, expect, it } from 'vitest';
import { priceSchema } from '../../../model/index.js';

const meter = { service: 'DynamoDB', meter: 'read_units' };
const problems = (price: object): string[] => {
  const result = priceSchema.safeParse(price);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

describe('priceSchema', () => {
  it('takes a plain price as per unit, named after its meter', () => {
    expect(priceSchema.parse({ ...meter, price: '0.30', per: 1000 })).toEqual({
      id: 'DynamoDB.read_units',
      model: 'per_unit',
      ...meter,
      price: '0.30',
      per: 1000,
      included: 0n,
      minimum: undefined,
      maximum: undefined,
      prorate: true,
    });
  });

  it('reads quantities exactly, quoted ones beyond 2^53 too', () => {
    const tiers = [{ up_to: 20, price: '1' }, { up_to: '9007199254740993.5', price: '1' }, { price: '1' }];
    expect(priceSchema.parse({ ...meter, model: 'graduated', tiers })).toMatchObject({
      tiers: [{ up_to: 20_000_000n }, { up_to: 9_007_199_254_740_993_500_000n }, { price: '1', flat: '0' }],
    });
    expect(problems({ ...meter, price: '1', included: 0.5 })).toEqual([
      'included: expected a whole number, or a decimal in quotes such as "20.5"',
    ]);
    expect(problems({ ...meter, price: '1', included: -1 })[0]).toContain('expected a whole number');
  });

  it.each([
    ['a negative price', { ...meter, price: '-1' }, 'price: expected an exact decimal'],
    [
      'a key of another model',
      { ...meter, price: '1', size: 5 },
      'size: expected none: a per_unit price takes no size',
    ],
    ['a flat price without a name', { model: 'flat', price: '5' }, 'id: expected id, which a flat price needs'],
    ['a package without size', { ...meter, model: 'package', price: '5' }, 'size: expected size'],
    ['a package of nothing', { ...meter, model: 'package', price: '5', size: 0 }, 'size: expected more than zero'],
    ['no meter', { service: 'S3', price: '1' }, 'meter: expected meter'],
    ['a quotient that never ends', { ...meter, price: '1', per: 3 }, 'per: expected a per that divides the price'],
    ['a minimum above the maximum', { ...meter, price: '1', minimum: '10', maximum: '9' }, 'minimum: expected at most'],
    [
      'a closed last tier',
      { ...meter, model: 'volume', tiers: [{ up_to: 5, price: '1' }] },
      'tiers.0: expected no up_to: without an open last tier',
    ],
    [
      'tiers that do not rise',
      { ...meter, model: 'volume', tiers: [{ up_to: 5, price: '1' }, { up_to: 5, price: '1' }, { price: '1' }] },
      'tiers.1: expected an up_to above',
    ],
    [
      'an open tier before the last',
      { ...meter, model: 'graduated', tiers: [{ price: '1' }, { price: '1' }] },
      'tiers.0: expected up_to: only the last',
    ],
  ])('refuses %s', (_, price, problem) => {
    expect(problems(price)[0]).toContain(problem);
  });
});
