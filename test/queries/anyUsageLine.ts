import fc from 'fast-check';
import type { UsageLine } from './usageLake.js';

const HOUR = 3_600_000;

/** Any lines without ids: of every kind, three days around the end of a month, at few places, so that neighbours are common. */
export function anyUsageLine(start: number): fc.Arbitrary<Omit<UsageLine, 'id'>> {
  return fc
    .record({
      emitter: fc.constantFrom('acme', '_shared'),
      operation: fc.constantFrom('', 'Sign'),
      kind: fc.constantFrom('counter', 'distinct', 'sum'),
      series: fc.constantFrom('s', 't'),
      time: fc.integer({ min: 0, max: 24 }).map((place) => start + place * 3 * HOUR - (place % 2)),
      value: fc.integer({ min: 0, max: 9 }),
      takesBack: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    })
    .map(({ value, takesBack, kind, ...rest }) => {
      const quantity = BigInt(kind === 'distinct' ? 1_000_000 : value);
      return { ...rest, kind, quantity: takesBack && kind !== 'sum' ? -1n - quantity : quantity };
    });
}
