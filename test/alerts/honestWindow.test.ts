import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect, priceUsage } from '../../alerts/index.js';
import { DEFAULT_LIST_PRICES, HOUR_MS } from '../../model/index.js';

const START = Date.parse('2026-11-23T00:00:00Z');
const at = (hours: number): number => START + hours * HOUR_MS;
const row = (tenant_id: string, hour: number, amount: number) => ({
  tenant_id,
  service: 'DynamoDB',
  meter: 'read_units',
  event_hour: at(hour),
  quantity_micros: BigInt(Math.round(amount * 1e9)),
});
/** Fifteen tenants; `acme` takes 30 in the hours given and 5 in the others. */
const fleet = (hours: number, noisy: (hour: number) => boolean) =>
  Array.from({ length: hours }, (_, hour) => hour).flatMap((hour) =>
    Array.from({ length: 15 }, (_, index) =>
      row(index === 0 ? 'acme' : `t${index}`, hour, index === 0 && noisy(hour) ? 30 : 5),
    ),
  );
const run = (rows: ReturnType<typeof fleet>, over: Partial<Parameters<typeof detect>[0]> = {}) =>
  detect({
    ...priceUsage(rows, DEFAULT_LIST_PRICES),
    window: { start: START, end: at(3) },
    history: null,
    completeThrough: at(24),
    tenants: [],
    ...over,
  });

describe('what detect says about its window', () => {
  it('judges the whole hours of a window that starts inside one, and says which part it left', () => {
    const findings = run(
      fleet(3, () => true),
      { window: { start: at(0.5), end: at(3) } },
    );
    expect(findings.map(({ kind, window }) => [kind, window.start, window.end])).toEqual([
      ['noisy_tenant', at(1), at(3)],
      ['not_judged', at(0.5), at(1)],
    ]);
  });

  it('says of hours that are not complete that they were not judged, and why, and judges the others', () => {
    const doubts = new Map([1, 2].map((hour) => [at(hour), 'of 15 tenants only 9 are complete']));
    const findings = run(
      fleet(5, () => true),
      { window: { start: START, end: at(5) }, incomplete: (start) => doubts.get(start) },
    );
    expect(
      findings.map(({ kind, window, windows_judged }) => [kind, window.start, window.end, windows_judged]),
    ).toEqual([
      ['noisy_tenant', at(0), at(5), 3],
      ['not_judged', at(1), at(3), 3],
    ]);
    expect(findings[1]?.sentence).toContain('of 15 tenants only 9 are complete');
  });

  it('never says all is well of a window without a whole hour', () => {
    const findings = run(
      fleet(3, () => true),
      { window: { start: at(0.25), end: at(0.75) } },
    );
    expect(findings.map(({ kind, window }) => [kind, window.start, window.end])).toEqual([
      ['not_judged', at(0.25), at(0.75)],
    ]);
  });

  it('counts an hour that is only partly complete as not judged', () => {
    const findings = run(
      fleet(3, () => false),
      { completeThrough: at(1.5) },
    );
    expect(findings.map(({ kind, window }) => [kind, window.start, window.end])).toEqual([
      ['not_judged', at(1), at(3)],
    ]);
  });

  it('says how many hours a share is about when it came and went', () => {
    const findings = run(
      fleet(24, (hour) => hour < 2 || hour > 21),
      { window: { start: START, end: at(24) } },
    );
    expect(findings[0]?.sentence).toMatch(
      /^acme used 30 % of DynamoDB in 4 of the 24 hours from 2026-11-23 00:00 to 2026-11-24 00:00 UTC;/,
    );
  });

  it('shows the peers a tenant was compared with: those of its tier', () => {
    const rows = [0, 1, 2].flatMap((hour) =>
      Array.from({ length: 10 }, (_, index) => [
        row(`s${index}`, hour, 5),
        row(`b${index}`, hour, index === 0 ? 400 : 40),
      ]).flat(),
    );
    const tenants = rows.map(({ tenant_id }) => ({ tenant_id, tier: tenant_id.slice(0, 1), expected_share: {} }));
    const findings = run(rows, { tenants });
    expect(findings).toMatchObject([{ tenant_id: 'b0', peers: 9 }]);
    expect(findings[0]?.ratio_to_peer_median).toBeCloseTo(10, 9);
  });

  it('gives equal findings whatever the order of the usage', () => {
    const amounts = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 15, maxLength: 15 });
    fc.assert(
      fc.property(amounts, (others) => {
        const rows = [0, 1, 2].flatMap((hour) => others.map((amount, index) => row(`t${index}`, hour, amount)));
        const whale = [0, 1, 2].map((hour) => row('acme', hour, 900));
        expect(run([...whale, ...rows].reverse())).toEqual(run([...whale, ...rows]));
      }),
      { numRuns: 100 },
    );
  });
});
