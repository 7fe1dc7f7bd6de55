import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BILL_DECIMALS, exactCost, roundDecimals } from '../../../billing/costs/exactCost.js';

const text = (value: bigint | undefined): string => new Big(`${String(value)}e-${BILL_DECIMALS}`).toFixed();

describe('exactCost', () => {
  it.each(['1e', '', ' 1', '1 ', '1,5', '0x1', 'NaN', 'Infinity', '--1', '.5', '1e999', '1234567890123456', '1e-61'])(
    'refuses %j',
    (given) => {
      expect(exactCost(given)).toBeUndefined();
    },
  );

  it('reads every double that a cost can be, by its shortest text, exactly', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e14, max: 1e14, noNaN: true }), (value) => {
        fc.pre(Math.abs(value) > 1e-40 || value === 0);
        expect(new Big(text(exactCost(String(value)))).eq(value)).toBe(true);
      }),
    );
  });

  it('rounds half-even as Big does', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 8n), 10n ** 8n), (value) => {
        const expected = new Big(value.toString()).times('0.0001').round(0, 2);
        expect(roundDecimals(value, 4, 0)).toBe(BigInt(expected.toFixed()));
      }),
    );
    expect([25n, 35n, -25n, 26n].map((value) => roundDecimals(value, 1, 0))).toEqual([2n, 4n, -2n, 3n]);
  });
});
