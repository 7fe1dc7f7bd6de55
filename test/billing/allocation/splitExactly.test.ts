import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitExactly } from '../../../billing/index.js';

const shares = (...weights: number[]) =>
  weights.map((weight, index) => ({ key: 'abcdef'[index] ?? '', weight: BigInt(weight) }));
const split = (amount: bigint, ...weights: number[]) => [...splitExactly(amount, shares(...weights)).values()];

describe('splitExactly', () => {
  it('gives what is left to the largest remainders, ties to the larger part, then to the smaller key', () => {
    expect(split(100n, 1, 1, 1)).toEqual([34n, 33n, 33n]);
    expect(split(10n, 6, 2, 3)).toEqual([5n, 2n, 3n]);
    // 0.5, 2 and 2.5: the unit that is left goes to the larger of two equal remainders.
    expect(split(5n, 1, 4, 5)).toEqual([0n, 2n, 3n]);
    expect(split(0n, 1, 2)).toEqual([0n, 0n]);
  });

  it('refuses weights that split nothing', () => {
    expect(() => split(1n, 0, 0)).toThrow(RangeError);
    expect(() => split(1n, -1, 2)).toThrow(RangeError);
    expect(() => splitExactly(1n, [])).toThrow(RangeError);
  });

  it('adds up, is at most one unit off in proportion, mirrors its sign and does not depend on the order', () => {
    const weights = fc.array(fc.bigInt(0n, 10n ** 20n), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), weights, (amount, given) => {
        fc.pre(given.some((weight) => weight > 0n));
        const parts = given.map((weight, index) => ({ key: `t${index}`, weight }));
        const total = given.reduce((sum, weight) => sum + weight, 0n);
        const result = splitExactly(amount, parts);
        expect([...result.values()].reduce((sum, part) => sum + part, 0n)).toBe(amount);
        for (const { key, weight } of parts) {
          const difference = (result.get(key) ?? 0n) * total - amount * weight;
          expect(difference < total && difference > -total).toBe(true);
        }
        expect(new Map([...splitExactly(-amount, parts)].map(([key, part]) => [key, -part]))).toEqual(result);
        const reversed = splitExactly(amount, [...parts].reverse());
        for (const [key, part] of result) expect(reversed.get(key)).toBe(part);
      }),
    );
  });
});
