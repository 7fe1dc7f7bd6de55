import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalFromMicros, MAX_EVENT_MICROS, microsFromDecimal } from '../../model/index.js';

describe('microsFromDecimal', () => {
  it.each([
    [0, 0n],
    [0.5, 500_000n],
    [0.1, 100_000n],
    [12.5, 12_500_000n],
    [1e-6, 1n],
    [1e15, 1_000_000_000_000_000_000_000n],
    ['9223372036854.775807', MAX_EVENT_MICROS],
    ['3.10', 3_100_000n],
  ])('reads %s exactly', (value, expected) => {
    const fits = expected <= MAX_EVENT_MICROS;
    expect(microsFromDecimal(value)).toBe(fits ? expected : undefined);
  });

  it.each([
    -1,
    -0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e-7,
    0.1234567,
    1e300,
    '',
    '1e3',
    '-1',
    'x',
    '9223372036854.775808',
  ])('refuses %s', (value) => {
    expect(microsFromDecimal(value)).toBeUndefined();
  });

  it('is undone by decimalFromMicros for every quantity an event can carry', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, MAX_EVENT_MICROS), (micros) => {
        expect(microsFromDecimal(decimalFromMicros(micros))).toBe(micros);
      }),
    );
  });

  it('reads any number with at most six decimals as its decimal text says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), fc.integer({ min: 0, max: 6 }), (digits, decimals) => {
        const value = digits / 10 ** decimals;
        expect(microsFromDecimal(value)).toBe(BigInt(digits) * 10n ** BigInt(6 - decimals));
      }),
    );
  });
});
