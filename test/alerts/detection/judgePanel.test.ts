import { describe, expect, it } from 'vitest';
import { fleetPanel, judge, panelOf } from './fleet.js';

const DAYS = 15;
const FROM = DAYS * 24;
const of = (windows: ReturnType<typeof judge>, tenant: string) =>
  windows.map(({ tenants }) => tenants.find(({ evidence }) => evidence.tenant === tenant));
const constant = (windows: number, values: readonly number[]) =>
  Array.from({ length: windows }, () => Float64Array.from(values));
const others = (value: number) => Array.from({ length: 14 }, () => value);

describe('one tenant of fifteen at 30 %', () => {
  const quiet = [5, ...others(5)];
  const panel = panelOf([...constant(FROM, quiet), ...constant(3, [30, ...others(5)])]);

  it('is a page after two hours, and nobody else is named', () => {
    const windows = judge(panel, FROM);
    expect(of(windows, 't0').map((verdict) => verdict?.severity)).toEqual(['INFO', 'PAGE', 'PAGE']);
    expect(windows.flatMap(({ tenants }) => tenants).every(({ evidence }) => evidence.tenant === 't0')).toBe(true);
    expect(of(windows, 't0')[2]?.evidence).toMatchObject({
      peerLevel: 'strong',
      changeLevel: 'strong',
      dominant: true,
    });
  });

  it('is silent under a contract of 30 %, and a ticket with 45 % of it', () => {
    const facts = (tenant: string) => (tenant === 't0' ? { expectedShare: 0.3 } : {});
    expect(of(judge(panelOf(constant(FROM + 3, [30, ...others(5)])), FROM, { facts }), 't0')).toEqual(
      Array(3).fill(undefined),
    );
    const over = panelOf([...constant(FROM, [30, ...others(5)]), ...constant(3, [57, ...others(5)])]);
    const verdict = of(judge(over, FROM, { facts }), 't0')[2];
    expect(verdict?.evidence.overrun).toBe(true);
    expect(verdict?.severity).not.toBe('INFO');
  });

  it('is a ticket only when the capacity has room, and none without impact', () => {
    const signal = () => ({ capacityUse: 0.3, throttledRequests: 0, neighbourBurn: null });
    expect(of(judge(panel, FROM, { signal }), 't0')[2]?.severity).toBe('TICKET');
  });

  it('without impact is listed, and no more', () => {
    const change = (tenant: number, window: number) => (tenant === 0 && window >= FROM ? 3.5 : 1);
    const fleet = fleetPanel({ tenants: 400, windows: FROM + 3, spread: 0.2, noise: 0.05, change });
    const verdict = of(judge({ ...fleet, usdPerUnit: 0.000001 }, FROM), 't0')[2];
    expect(verdict?.evidence.changeLevel).toBe('strong');
    expect(verdict?.severity).toBe('INFO');
  });

  it('is an incident of a new tenant at most as a ticket', () => {
    const young = panelOf([...constant(FROM, [0, ...others(5)]), ...constant(6, [30, ...others(5)])]);
    expect(of(judge(young, FROM), 't0').map((verdict) => verdict?.severity)).toEqual([
      'INFO',
      'TICKET',
      'TICKET',
      'TICKET',
      'TICKET',
      'TICKET',
    ]);
  });
});

describe('a fleet', () => {
  it('in which nothing happens has no page, and hardly a strong finding', () => {
    const windows = judge(fleetPanel({ tenants: 100, windows: FROM + 12, spread: 1.4, noise: 0.2, season: 0.5 }), FROM);
    const verdicts = windows.flatMap(({ tenants }) => tenants);
    expect(verdicts.filter(({ severity }) => severity === 'PAGE')).toEqual([]);
    const strong = verdicts.filter(({ evidence }) => evidence.changeLevel === 'strong').length;
    expect(strong / windows.length).toBeLessThanOrEqual(0.1);
    expect(windows.some(({ fleet }) => fleet !== undefined)).toBe(false);
  });

  it.each([2.5, 0.3])('that moves together by %s is one infrastructure event, and no tenant', (factor) => {
    const change = (_: number, window: number) => (window >= FROM ? factor : 1);
    const shape = { tenants: 50, windows: FROM + 4, spread: 1.2, noise: 0.15, season: 0.5, change };
    const windows = judge(fleetPanel(shape), FROM);
    expect(windows.at(-1)?.fleet?.direction).toBe(factor > 1 ? 'up' : 'down');
    expect(windows.flatMap(({ tenants }) => tenants).filter(({ severity }) => severity === 'PAGE')).toEqual([]);
    expect(
      windows.flatMap(({ tenants }) => tenants).filter(({ evidence }) => evidence.changeLevel === 'strong'),
    ).toEqual([]);
  });

  it('in which six of twenty rise at once has all six, and says that it is systemic', () => {
    const change = (tenant: number, window: number) => (window >= FROM && tenant < 6 ? 6 : 1);
    const windows = judge(fleetPanel({ tenants: 20, windows: FROM + 3, spread: 0.2, noise: 0.1, change }), FROM);
    const last = windows.at(-1);
    const strong = last?.tenants.filter(({ evidence }) => evidence.changeLevel === 'strong') ?? [];
    expect(strong.map(({ evidence }) => evidence.tenant).sort()).toEqual(['t0', 't1', 't2', 't3', 't4', 't5']);
    expect(last?.systemic).toBe(6);
  });

  it('of which more than a third is idle names nobody for that', () => {
    const change = (tenant: number) => (tenant % 5 < 3 ? 0 : 1);
    const windows = judge(fleetPanel({ tenants: 50, windows: FROM + 6, spread: 0.3, noise: 0.1, change }), FROM);
    expect(windows.flatMap(({ tenants }) => tenants).filter(({ severity }) => severity !== 'INFO')).toEqual([]);
  });
});

describe('a tenant', () => {
  it('that works only on one day of the week is no change on that day', () => {
    const change = (tenant: number, window: number) =>
      tenant === 0 && Math.floor(window / 24) % 7 === 0 && window % 24 === 3 ? 8 : 1;
    const from = 28 * 24;
    const windows = judge(fleetPanel({ tenants: 30, windows: from + 24, spread: 0.5, noise: 0.1, change }), from);
    const at = windows[3]?.tenants.find(({ evidence }) => evidence.tenant === 't0');
    expect(at?.evidence.changeLevel ?? 'none').toBe('none');
  });

  it('that creeps up by 3 % a day is a ticket within 35 days of it, and never a page', () => {
    const start = 36 * 24;
    const change = (tenant: number, window: number) =>
      tenant === 0 && window >= start ? 1.03 ** ((window - start) / 24) : 1;
    const panel = fleetPanel({ tenants: 30, windows: start + 35 * 24, spread: 0.3, noise: 0.1, change });
    const days = Array.from({ length: 35 }, (_, day) => start + day * 24);
    const found = days.map((day) => of(judge({ ...panel, amounts: panel.amounts.slice(0, day + 3) }, day), 't0'));
    expect(found.flat().some((verdict) => verdict?.evidence.creeping === true && verdict.severity === 'TICKET')).toBe(
      true,
    );
    expect(found.flat().some((verdict) => verdict?.severity === 'PAGE')).toBe(false);
  });
});

it('does not judge incomplete windows, and says why', () => {
  const panel = panelOf(constant(30, [30, ...others(5)]));
  const windows = judge(panel, 24, {
    incomplete: (start) => (start % 7_200_000 === 0 ? 'half of it is missing' : undefined),
  });
  expect(windows.map(({ notJudged }) => notJudged)).toEqual([
    'half of it is missing',
    undefined,
    'half of it is missing',
    undefined,
    'half of it is missing',
    undefined,
  ]);
});
