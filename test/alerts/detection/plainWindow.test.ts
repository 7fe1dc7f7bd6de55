import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetLevels } from '../../../alerts/detection/fleetEvidence.js';
import { type JudgeInput, judgeWindow, speaks } from '../../../alerts/detection/judgeWindow.js';
import { deviationOfRange, Medians, medianOfRange, middleOf } from '../../../alerts/detection/medians.js';
import { placeRanks } from '../../../alerts/detection/placeRanks.js';
import { upperTail } from '../../../alerts/detection/studentT.js';
import { TailProbabilities } from '../../../alerts/detection/TailProbabilities.js';
import type { TenantFacts } from '../../../alerts/detection/TenantFacts.js';
import { Prng } from '../../../ingest/simulator/Prng.js';
import { DAY_MS, HOUR_MS } from '../../../model/index.js';
import { normal, panelOf } from './fleet.js';
import { bar, deviation, median } from './plainStatistics.js';
import { plainWindow } from './plainWindow.js';

/** Values with many ties, tiny and huge ones, and some far from all others. */
const values = fc.oneof(
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 400 }),
  fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 400 }),
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 100, maxLength: 3000 }),
  fc
    .tuple(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 100, maxLength: 300 }),
      fc.double({ min: 1e6, noNaN: true }),
    )
    .map(([many, one]) => [...many, one]),
);
const typed = (numbers: readonly number[]): Float64Array => Float64Array.from(numbers);

describe('without sorting all', () => {
  it('every rank, the median and the greatest are those of sorted values', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.nat(3), (numbers, nat, more) => {
        fc.pre(numbers.length > 0);
        const finite = numbers.filter(Number.isFinite);
        const sorted = typed(finite).sort();
        const low = nat % sorted.length;
        const high = Math.min(low + more, sorted.length - 1);
        const around = typed([7, 7, ...finite, 7]);
        const start = placeRanks(around, 2, 2 + finite.length, low, high);
        expect(around.slice(start + low, start + high + 1)).toEqual(sorted.slice(low, high + 1));
        expect([around[0], around[1], around.at(-1)]).toEqual([7, 7, 7]);
        expect(medianOfRange(typed(finite), 0, finite.length)).toBe(middleOf(sorted));
        expect(new Medians(numbers.length).greatest(numbers, 1 + low)).toBe(sorted.at(-1 - low));
      }),
      { numRuns: 300 },
    );
  });

  it('the median distance is that of the sorted distances', () => {
    fc.assert(
      fc.property(values, fc.option(fc.double({ min: -10, max: 10, noNaN: true })), (numbers, given) => {
        const finite = numbers.filter((value) => Number.isFinite(value) && Math.abs(value) < 1e300);
        const sorted = typed(finite).sort();
        const middle = given ?? middleOf(sorted);
        expect(deviationOfRange(sorted, 0, sorted.length, middle)).toBe(deviation(finite, middle));
        expect(new Medians(finite.length).deviation(finite, middle)).toBe(deviation(finite, middle));
      }),
      { numRuns: 300 },
    );
  });
});

it('what is rejected does not depend on the p that are too large to be worked out', () => {
  // Mostly large ones: then the bar comes close to the rate itself.
  const t = fc.oneof(fc.constant(Number.NaN), ...Array.from({ length: 9 }, () => fc.integer({ min: 1500, max: 6000 })));
  const tests = fc.array(fc.tuple(t, fc.integer({ min: 3, max: 100 })), { maxLength: 60 });
  fc.assert(
    fc.property(tests, fc.constantFrom(0.01, 0.05), (drawn, q) => {
      const found = new TailProbabilities(typed(drawn.map(([of]) => of / 1000)), typed(drawn.map(([, of]) => of)));
      const ps = drawn.map(([of, degrees]) => (Number.isNaN(of) ? of : upperTail(of / 1000, degrees)));
      expect(ps.map((_, place) => found.at(place))).toEqual(ps);
      expect(found.bar(q)).toBe(bar(ps, q));
      expect(ps.map((_, place) => found.rejectable(place) <= found.bar(q))).toEqual(ps.map((p) => p <= bar(ps, q)));
    }),
  );
});

/** A window of a made-up fleet: heavy tails, idle and missing windows, ties, noisy tenants, tiers, sizes, contracts, masks. */
function windowOf(seed: number, tenants: number): JudgeInput {
  const prng = new Prng(seed);
  const one = <T>(...choices: readonly [T, ...T[]]): T => choices[prng.int(choices.length)] ?? choices[0];
  const windowMs = one(HOUR_MS, HOUR_MS, 300_000, DAY_MS);
  const windows = one(13, 30, 100, 360);
  const [spread, noise, idle, missing, noisy] = [
    one(0, 0.3, 1.4),
    one(0, 0.1, 0.5),
    one(0, 0.3),
    one(0, 0.05),
    prng.int(4),
  ];
  const [surge, factor, rounded] = [one(1, 1, 2.5), one(3, 8, 1e6), one(false, false, true)];
  const levels = Array.from({ length: tenants }, () => Math.exp(spread * normal(prng)));
  const amounts = Array.from({ length: windows }, (_, window) =>
    Float64Array.from(levels, (level, tenant) => {
      if (prng.next() < missing) return Number.NaN;
      if (prng.next() < idle || (tenant === 5 && window < windows - 4)) return 0;
      const now = window === windows - 1 ? surge * (tenant < noisy ? factor : 1) : 1;
      const weekly = tenant === 7 && window % 168 === (windows - 1) % 168 ? 8 : 1;
      const amount = level * Math.exp(noise * normal(prng)) * now * weekly;
      return rounded ? Math.round(4 * amount) / 4 : amount;
    }),
  );
  const names = levels.map((_, tenant) => `${tenant % 17 === 16 ? '_' : ''}t${tenant}`);
  const panel = { ...panelOf(amounts, names), windowMs, usdPerUnit: one(1, null) };
  const [tiers, contracts] = [one(0, 2, 12), one(0, 13)];
  const facts = (name: string): TenantFacts => {
    const tenant = Number(name.replace(/\D/g, ''));
    return {
      ...(tiers === 0 ? {} : { tier: `tier-${tenant % tiers}` }),
      ...(tenant % 11 === 2 ? { size: 1 + (tenant % 7) } : {}),
      ...(contracts > 0 && tenant % contracts === 0 ? { expectedShare: 0.3 } : {}),
      ...(contracts > 0 && tenant % 19 === 1 ? { acknowledged: { share: 0.1, tolerance: 1.25, until: 4e12 } } : {}),
      ...(tenant === 4 ? { onboardingUntil: 4e12 } : {}),
    };
  };
  return {
    panel,
    index: windows - 1,
    facts,
    levels: fleetLevels(panel),
    masked: (index) => (index % 3 === 0 ? new Set(['t0', 't9']) : undefined),
    creeping: new Set([3]),
    watched: new Set(names.filter((_, tenant) => tenant % 4 === 1)),
  };
}

describe('a window', () => {
  const check = (input: JudgeInput): void => {
    const wanted = plainWindow(input)
      .filter((one) => speaks(one) || input.watched.has(one.tenant))
      .sort((a, b) => b.share - a.share || (a.tenant < b.tenant ? -1 : 1));
    expect(judgeWindow(input).evidence).toStrictEqual(wanted);
  };

  it('comes to the same, bit for bit, as judged the plain way', () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(29, 30, 59, 60, 61, 62, 64, 65, 66, 90));
    fc.assert(
      fc.property(fc.nat(), sizes, (seed, tenants) => check(windowOf(seed, tenants))),
      { numRuns: 60 },
    );
  });

  it.each([1, 2, 3])('does so of a large fleet too', (seed) => {
    check(windowOf(seed, 400));
  });
});

it('the plain median knows none', () => {
  expect([median([]), median([Number.NaN]), median([3, 1, 2]), median([4, 1])]).toEqual([
    Number.NaN,
    Number.NaN,
    2,
    2.5,
  ]);
});
