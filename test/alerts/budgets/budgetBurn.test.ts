import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetBurn, FAST_BURNS, HOURLY_BURNS, LONGEST_BURN_MS } from '../../../alerts/budgets/budgetBurn.js';
import { HOUR_MS } from '../../../model/index.js';

const AT = Date.parse('2026-11-23T12:00:00Z');
/** A budget whose even rate is a dollar an hour. */
const USD = 720;
/** Dollars by how many hours ago the hour began. */
const before = (of: (hoursAgo: number) => number | undefined) => (hour: number) => of((AT - hour) / HOUR_MS);
const burnOf = (of: (hoursAgo: number) => number | undefined, usd = USD) => budgetBurn(before(of), usd, AT);

describe('budgetBurn', () => {
  it('an even rate burns at 1, which is a ticket, and less is calm', () => {
    expect(burnOf(() => 1)).toMatchObject({ rule: { severity: 'TICKET' }, rate: 1, usd: 72 });
    expect(burnOf(() => 0.99)).toBe('calm');
    expect(burnOf(() => 0)).toBe('calm');
  });

  it('six times the rate for six hours pages, and so does more of it in fewer', () => {
    expect(burnOf((ago) => (ago <= 6 ? 6 : 0))).toMatchObject({ rule: { severity: 'PAGE' }, rate: 6, usd: 36 });
    expect(burnOf((ago) => (ago <= 1 ? 36 : 0))).toMatchObject({ rule: { severity: 'PAGE' }, rate: 6 });
  });

  it('what is over no longer burns: the short window says so', () => {
    expect(burnOf((ago) => (ago > 1 && ago <= 6 ? 60 : 0))).toMatchObject({ rule: { severity: 'TICKET' } });
    expect(burnOf((ago) => (ago > 6 ? 60 : 0))).toBe('calm');
  });

  it('a window with an hour that is not complete is not judged, and no other is for it', () => {
    const hole = (at: number, usd: number) => (ago: number) => (ago === at ? undefined : usd);
    expect(burnOf(hole(50, 0.5))).toBe('unknown');
    // Six hours are all there, and are enough to page; three days are not, so nothing is calm.
    expect(burnOf(hole(50, 6))).toMatchObject({ rule: { severity: 'PAGE' } });
    expect(burnOf(hole(50, 3))).toBe('unknown');
    expect(burnOf(hole(6, 6))).toBe('unknown');
    expect(burnOf(hole(73, 0.5))).toBe('calm');
  });

  it('looks no further back than its longest window, and depends on nothing but spend over budget', () => {
    const hours = LONGEST_BURN_MS / HOUR_MS;
    const spend = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: hours, maxLength: hours });
    fc.assert(
      fc.property(spend, fc.integer({ min: 1, max: 10 }), fc.nat(hours - 1), (hourly, times, hole) => {
        const of = (ago: number): number => hourly[ago - 1] ?? Number.NaN;
        const found = burnOf(of);
        expect(burnOf((ago) => of(ago) * 2 ** times, USD * 2 ** times)).toEqual(
          typeof found === 'string' ? found : { ...found, usd: found.usd * 2 ** times },
        );
        // More spend never burns less.
        const rank = (burn: typeof found): number =>
          typeof burn === 'string' ? -1 : burn.rule.severity === 'PAGE' ? 1 : 0;
        expect(rank(burnOf((ago) => of(ago) * 2))).toBeGreaterThanOrEqual(rank(found));
        // A hole makes nothing of nothing, and never changes what is said into something worse.
        const holed = burnOf((ago) => (ago === hole + 1 ? undefined : of(ago)));
        expect(holed === 'unknown' || rank(holed) <= rank(found)).toBe(true);
        expect(holed).not.toBe('calm');
      }),
    );
  });

  it('five minutes tell what uses up a fiftieth of the budget in an hour, while it goes on', () => {
    const fast = (of: (minutesAgo: number) => number | undefined) =>
      budgetBurn((start) => of((AT - start) / 60_000), USD, AT, FAST_BURNS);
    expect(fast((ago) => (ago <= 60 ? 1.25 : 0))).toMatchObject({ rule: { burn: 14.4 }, rate: 15 });
    // In the last five minutes it stopped, and half an hour of it is not yet six hours of six.
    expect(fast((ago) => (ago <= 60 && ago > 5 ? 1.25 : 0))).toBe('calm');
    expect(fast((ago) => (ago <= 360 && ago > 5 ? 0.7 : 0))).toMatchObject({ rule: { burn: 6 } });
    expect(fast((ago) => (ago === 200 ? undefined : ago <= 60 ? 1.3 : 0))).toMatchObject({ rule: { burn: 14.4 } });
    expect(fast((ago) => (ago === 200 ? undefined : 0))).toBe('unknown');
  });

  it('every short span lies within its long one, and both are whole windows', () => {
    for (const { windowMs, rules } of [HOURLY_BURNS, FAST_BURNS])
      for (const { longMs, shortMs } of rules) {
        expect(shortMs).toBeLessThan(longMs);
        expect([longMs % windowMs, shortMs % windowMs]).toEqual([0, 0]);
      }
  });
});
