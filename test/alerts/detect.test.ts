import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rejectionBar } from '../../alerts/detection/benjaminiHochberg.js';
import { upperTail } from '../../alerts/detection/studentT.js';
import { detect, priceUsage } from '../../alerts/index.js';
import { DEFAULT_LIST_PRICES, HOUR_MS } from '../../model/index.js';
import { peerVerdicts } from './detection/peerVerdicts.js';

const START = Date.parse('2026-11-23T00:00:00Z');
const first = (amounts: readonly number[], weights?: readonly number[]) => peerVerdicts(amounts, weights)[0];

describe("Student's t", () => {
  it.each([
    [0, 5, 0.5],
    [2.015048, 5, 0.05],
    [1, 1, 0.25],
    [6.313752, 1, 0.05],
    [3.36493, 5, 0.01],
    [-1, 1, 0.75],
  ])('P(t > %s) at %s degrees is %s', (value, degrees, expected) => {
    expect(upperTail(value, degrees)).toBeCloseTo(expected, 6);
  });
});

describe('P, level against peers', () => {
  it.each([
    [[30, 5], 0.046, 'none'],
    [[30, 5, 5], 0.011, 'weak'],
    [[30, 5, 5, 5], 0.0029, 'weak'],
    [[30, 5, 5, 5, 5], 0.0008, 'strong'],
  ] as const)('%j: p is about %s', (amounts, p, level) => {
    const verdict = first(amounts);
    expect(verdict?.p).toBeGreaterThan(p * 0.85);
    expect(verdict?.p).toBeLessThan(p * 1.15);
    if (amounts.length !== 2) expect(verdict?.level).toBe(level);
  });

  it('finds the canonical tenant, and no other', () => {
    const verdicts = peerVerdicts([30, ...Array.from({ length: 14 }, () => 5)]);
    expect(verdicts[0]?.level).toBe('strong');
    expect(verdicts[0]?.p).toBeLessThan(1e-8);
    expect(verdicts.slice(1).every((verdict) => verdict.level === 'none')).toBe(true);
  });

  it('is silent about a tenant that has a contract for what it uses', () => {
    const verdict = first([30, ...Array.from({ length: 14 }, () => 5)], [6, ...Array.from({ length: 14 }, () => 1)]);
    expect(verdict?.p).toBeCloseTo(0.5, 1);
    expect(verdict?.level).toBe('none');
  });

  it('is silent when all are equal, and finds six noisy of twenty', () => {
    const equal = peerVerdicts(Array.from({ length: 12 }, () => 7));
    expect(equal.every((verdict) => verdict.level === 'none')).toBe(true);
    const verdicts = peerVerdicts(Array.from({ length: 20 }, (_, index) => (index < 6 ? 30 : 5)));
    expect(verdicts.map((verdict) => verdict.level !== 'none')).toEqual(verdicts.map((_, index) => index < 6));
  });

  it('leaves idle tenants out, and judges a hundred thousand', () => {
    expect(peerVerdicts([30, 5, 5, 5, 5, 0, 0, 0])).toHaveLength(5);
    const many = peerVerdicts(Array.from({ length: 100_000 }, (_, index) => (index === 7 ? 600 : 5 + (index % 3))));
    expect(many.filter((verdict) => verdict.level === 'strong').map(({ place }) => place)).toEqual([7]);
  });

  it('does not depend on the order of tenants, nor on the unit of usage', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 }),
        (amounts) => {
          const by = (list: ReturnType<typeof peerVerdicts>) => new Map(list.map(({ place, p }) => [place, p]));
          const straight = by(peerVerdicts(amounts));
          const reversed = by(peerVerdicts(amounts.toReversed()));
          const scaled = by(peerVerdicts(amounts.map((amount) => amount * 1000)));
          for (const [place, p] of straight) {
            expect(reversed.get(amounts.length - 1 - place)).toBeCloseTo(p, 9);
            expect(scaled.get(place)).toBeCloseTo(p, 6);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('controls the false-discovery rate as Benjamini and Hochberg do', () => {
    expect(rejectionBar([0.01, 0.04, 0.03, 0.005, 0.5, Number.NaN], 0.05)).toBe(0.04);
    expect(rejectionBar([0.2, 0.3], 0.05)).toBe(-1);
  });
});

describe('detect', () => {
  const usage = (noisy: number, hours: readonly number[], others = 14) =>
    hours.flatMap((hour) =>
      Array.from({ length: others + 1 }, (_, index) => ({
        tenant_id: index === 0 ? 'acme' : `t${index}`,
        service: 'DynamoDB',
        meter: 'read_units',
        event_hour: START + hour * HOUR_MS,
        quantity_micros: BigInt(Math.round((index === 0 ? noisy : 5) * 1e12)),
      })),
    );
  const run = (rows: ReturnType<typeof usage>, over: Partial<Parameters<typeof detect>[0]> = {}) =>
    detect({
      ...priceUsage(rows, DEFAULT_LIST_PRICES),
      window: { start: START, end: START + 3 * HOUR_MS },
      history: null,
      completeThrough: START + 3 * HOUR_MS,
      tenants: [],
      ...over,
    });

  it('names the noisy tenant in one sentence, as a ticket', () => {
    const findings = run(usage(30, [0, 1, 2]));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      severity: 'TICKET',
      tenant_id: 'acme',
      tests: ['D', 'P_strong'],
      windows_flagged: 3,
      rank: 1,
      peers: 14,
    });
    expect(findings[0]?.share).toBeCloseTo(0.3, 9);
    expect(findings[0]?.sentence).toBe(
      "acme used 30 % of DynamoDB from 2026-11-23 00:00 to 2026-11-23 03:00 UTC; its fourteen peers' median is 5 %, 6.0 times as much.",
    );
  });

  it('says what it was before, and finds nothing where nothing is', () => {
    const history = { start: START - 24 * HOUR_MS, end: START };
    expect(run([...usage(5, [-3, -2]), ...usage(30, [0, 1, 2])], { history })[0]?.sentence).toContain(
      '; in the 3 hours before it was 6.7 %.',
    );
    expect(run(usage(5, [0, 1, 2]))).toEqual([]);
  });

  it('does not say a month of what is a few days (regression: "in the 28 days before" of a young lake)', () => {
    const history = { start: START - 28 * 24 * HOUR_MS, end: START };
    const spanSaid = (hours: number[]) =>
      run([...usage(5, hours), ...usage(30, [0, 1, 2])], { history })[0]?.sentence.match(/in the .* before/)?.[0];
    expect(spanSaid([-1])).toBe('in the hour before');
    expect(spanSaid([-47, -1])).toBe('in the 47 hours before');
    expect(spanSaid([-72, -1])).toBe('in the 3 days before');
    expect(spanSaid([-28 * 24, -1])).toBe('in the 28 days before');
  });

  it('lists a single hour as INFO: it did not last', () => {
    expect(run([...usage(30, [0]), ...usage(5, [1, 2])])).toMatchObject([
      { severity: 'INFO', windows_flagged: 1, windows_judged: 3 },
    ]);
  });

  it('is silent about a contracted share', () => {
    const tenants = [{ tenant_id: 'acme', tier: undefined, expected_share: { DynamoDB: 0.4 } }];
    expect(run(usage(30, [0, 1, 2]), { tenants })).toEqual([]);
  });

  it('does not judge hours the data does not reach, and says so', () => {
    const findings = run(usage(30, [0, 1, 2]), { completeThrough: START + HOUR_MS });
    expect(findings.map((finding) => finding.kind).sort()).toEqual(['noisy_tenant', 'not_judged']);
    expect(findings[0]?.windows_judged).toBe(1);
  });

  it('gives one notice instead of naming a fifth of the fleet', () => {
    const rows = Array.from({ length: 20 }, (_, index) => ({
      tenant_id: `t${index}`,
      service: 'DynamoDB',
      meter: 'read_units',
      event_hour: START,
      quantity_micros: BigInt(index < 6 ? 40e12 : 5e12),
    }));
    expect(run(rows)).toMatchObject([{ kind: 'no_majority_peer_group', tenant_id: '_fleet', severity: 'INFO' }]);
  });

  it('counts reserved tenants in the total, and never judges them', () => {
    const rows = usage(5, [0, 1, 2]).map((row) =>
      row.tenant_id === 'acme' ? { ...row, tenant_id: '_unknown', quantity_micros: 500n * 10n ** 12n } : row,
    );
    expect(run(rows)).toEqual([]);
  });
});
