import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { overTimeSeries, rankOption } from '../../../dashboard/shared/chartInputs.js';
import { costClasses, economicsRows } from '../../../dashboard/shared/economics.js';
import {
  amountText,
  displayName,
  durationText,
  moneyText,
  percentText,
  smallShareText,
  timesText,
  windowText,
} from '../../../dashboard/shared/format.js';
import { gini, overviewTiles, topShare } from '../../../dashboard/shared/overview.js';
import { ownPlace, rankingRows, standings, standingText } from '../../../dashboard/shared/ranking.js';
import { rankingCsv } from '../../../dashboard/shared/rankingCsv.js';
import { reportCommand } from '../../../dashboard/shared/reportCommand.js';
import { NO_SELECTION, type Selection, select } from '../../../dashboard/shared/Selection.js';
import { stripSentence } from '../../../dashboard/shared/stripMarkup.js';
import { sampleData } from '../sampleData.js';

const data = sampleData();
const rows = (change: Partial<Selection> = {}) => rankingRows(data, select(data, { ...NO_SELECTION, ...change }));
const places = (change: Partial<Selection>): number[] => rows(change).map(({ tenant }) => tenant);

describe('figures for people', () => {
  it('never says nothing for something small', () => {
    expect([null, 0, 0.0004, 0.3011].map(percentText)).toEqual(['n/a', '0.0 %', '< 0.1 %', '30.1 %']);
    expect([null, 0, 0.0004, 0.0000421, 1e-16, 0.3011].map(smallShareText)).toEqual([
      ...['n/a', '0.0 %', '0.040 %', '0.0042 %', '< 0.1 %', '30.1 %'],
    ]);
    expect([0, 0.0256, 0.00000123, 1234.5, -0.5].map((value) => moneyText(value, 'USD'))).toEqual([
      '$0.00',
      '$0.0256',
      '$0.00000123',
      '$1,234.50',
      '-$0.50',
    ]);
    expect(moneyText(2, 'EUR')).toBe('2.00 EUR');
    expect(amountText('1234567.25', 'B')).toBe('1,234,567 B');
    expect([null, 0.42, 6.04, 18.2].map(timesText)).toEqual(['n/a', '0.42×', '6.0×', '18×']);
    expect([900, 61_000, 5_400_000, 200_000_000].map(durationText)).toEqual(['1 s', '1 min', '1.5 h', '2.3 d']);
  });

  it('shows money in the decimals of its currency: yen and dinars were told in hundredths', () => {
    expect([0, 1234.4, 0.5, -0.0256, -1234].map((value) => moneyText(value, 'JPY'))).toEqual([
      '0 JPY',
      '1,234 JPY',
      '0.5 JPY',
      '-0.0256 JPY',
      '-1,234 JPY',
    ]);
    expect([0, 1234.4567, 0.5, 0.00012].map((value) => moneyText(value, 'KWD'))).toEqual([
      '0.000 KWD',
      '1,234.457 KWD',
      '0.500 KWD',
      '0.00012 KWD',
    ]);
    expect([2, 0.1].map((value) => moneyText(value, 'CLF'))).toEqual(['2.0000 CLF', '0.1000 CLF']);
  });

  it('shows what cannot be seen in a name', () => {
    expect(displayName('a\u202eb\u0000c')).toBe('a\ufffdb\ufffdc');
    expect(displayName('x'.repeat(10_240))).toBe(`${'x'.repeat(59)}…`);
  });

  it('says how unequal tenants are', () => {
    expect(gini([1, 1, 1, 1])).toBeCloseTo(0);
    expect(gini([4, 0, 0, 0])).toBeCloseTo(0.75);
    expect(gini([])).toBe(0);
    expect(topShare([5, 3, 2], 1)).toBe(0.5);
    expect(topShare([], 10)).toBeNull();
  });

  it('gives a command that a shell reads as it was meant', () => {
    const command = reportCommand(
      'tenant-share',
      { service: "x'; rm -rf /" },
      { start: 0, end: 3_600_000 },
      ' --lake l',
    );
    expect(command).toBe(
      "tenantscope report run tenant-share --param 'service=x'\\''; rm -rf /' --since 1970-01-01T00:00Z --until 1970-01-01T01:00Z --lake l",
    );
  });
});

describe('the ranking', () => {
  it('is in the order of the report, or in the one chosen', () => {
    expect(places({})).toEqual(Array.from({ length: 16 }, (_, place) => place));
    expect(places({ order: 'up' })[0]).toBe(15);
    expect(places({ sort: 'tenant' }).slice(0, 4)).toEqual([15, 0, 1, 10]);
    expect(places({ sort: 'change' })[0]).toBe(0);
    expect(places({ sort: 'billed' }).at(-1)).toBe(15);
    expect(places({ sort: 'billed', order: 'up' }).at(-1)).toBe(15);
  });

  it('keeps the rank among all when a plan, a cell or a name is chosen', () => {
    expect(rows({ plan: 'pro' }).map(({ rank }) => rank)).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(places({ plan: 'pro', cell: 'eu-1' })).toEqual([3, 9]);
    expect(places({ find: 'T1' })).toEqual([1, 10, 11, 12, 13, 14]);
    expect(places({ find: 'nobody' })).toEqual([]);
  });

  it('gives a tenant the rank the plot gives it (regression: reserved tenants counted in one of them)', () => {
    const [first] = data.windows;
    const [service] = first?.services ?? [];
    if (first === undefined || service === undefined) throw new Error('no service');
    // `_unknown` has most.
    const turned = { ...service, rows: { ...service.rows, tenant: [...service.rows.tenant].reverse() } };
    const of = { ...data, windows: [{ ...first, services: [turned] }] };
    const selected = select(of, NO_SELECTION);
    const ranks = new Map(rankingRows(of, selected).map(({ tenant, rank }) => [tenant, rank]));
    const { tenants } = rankOption(of, selected, turned);
    expect(tenants).toHaveLength(15);
    expect(tenants.map(({ place, rank }) => [place, rank])).toEqual(
      tenants.map(({ place }) => [place, ranks.get(place)]),
    );
  });

  it('says of each how many peers it is above, itself left out', () => {
    const [service] = data.windows[0]?.services ?? [];
    if (service === undefined) throw new Error('no service');
    const of = standings(data, service);
    expect(of.get(0)).toEqual({ peers: 7, above: 1 });
    expect(of.get(14)).toEqual({ peers: 7, above: 0 });
    // Seven are too few to be a plan's peers: these are held against all.
    expect(of.get(1)?.peers).toBe(14);
    expect(of.has(15)).toBe(false);
    expect([of.get(0), of.get(7), of.get(14), undefined].map((standing) => standingText(standing))).toEqual([
      'above all 7',
      'p50 to p75',
      'below p25',
      'no band',
    ]);
  });

  it('is written as CSV that a spreadsheet does not run', () => {
    const hostile = sampleData({ name: () => '=HYPERLINK("x"),"y"' });
    const selected = select(hostile, NO_SELECTION);
    const [service] = selected.window.services;
    if (service === undefined) throw new Error('no service');
    const read: Record<string, string>[] = parse(rankingCsv(hostile, rankingRows(hostile, selected), service), {
      columns: true,
    });
    expect(read).toHaveLength(16);
    expect(read[0]).toMatchObject({ rank: '1', tenant_id: 't0', name: '\'=HYPERLINK("x"),"y"', amount: '6.000000' });
  });
});

describe('the overview and the economics', () => {
  it('count customers, and what is open', () => {
    const tiles = new Map(overviewTiles(data, select(data, NO_SELECTION)).map((tile) => [tile.label, tile]));
    expect(tiles.get('Active tenants')?.value).toBe('15');
    expect(tiles.get('Hours with gaps')).toMatchObject({ value: '1 of 24', alert: true });
    expect(tiles.get('Open anomalies')).toMatchObject({ value: '1', note: '1 would page' });
    expect(tiles.get('Usage at list price')?.exact).toBe(data.windows[0]?.value.total);
  });

  it('put every tenant in one class, and mark those below zero', () => {
    const all = economicsRows(data, select(data, NO_SELECTION));
    const classes = costClasses(all, 'USD');
    expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(15);
    const losing = all.filter(({ margin }) => Number(margin) < 0).length;
    expect(classes.filter(({ marked }) => marked).reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(
      losing,
    );
    expect(costClasses([], 'USD')).toEqual([]);
    expect(economicsRows(data, select(data, { ...NO_SELECTION, plan: 'pro' }))).toHaveLength(7);
  });
});

describe('a page of one customer', () => {
  const own = {
    ...data,
    audience: { kind: 'tenant' as const, tenant_id: 't3', name: 't3' },
  };
  const band = { plan: -1, tenants: 10, p25: 0.02, p50: 0.03, p75: 0.05, p95: null, p99: null };

  it('is told where it lies by the quarters of the others (regression: alone on its page, it was "below p25" whatever it used)', () => {
    const said = [0.01, 0.02, 0.03, 0.031, 0.05, 0.2, null].map((share) =>
      standingText({ peers: 0, above: 0 }, ownPlace(own, { share, band })),
    );
    expect(said).toEqual([
      ...['below p25', 'p25 to p50', 'p25 to p50', 'p50 to p75', 'p50 to p75', 'above p75', 'no band'],
    ]);
    expect(standingText(undefined, ownPlace(own, { share: 0.1, band: undefined }))).toBe('no band');
    expect(ownPlace(data, { share: 0.1, band })).toBeUndefined();
  });

  it('is told no rank: it is the only row of its ranking (regression: every customer was first)', () => {
    const [service] = own.windows[0]?.services ?? [];
    if (service === undefined) throw new Error('no service');
    const [, row = ''] = rankingCsv(own, rows().slice(3, 4), service).split('\r\n');
    expect(row.startsWith(',t3,')).toBe(true);
  });
});

describe('a window of which nothing is known', () => {
  const [window] = data.windows;
  if (window === undefined) throw new Error('no window');
  const silent = {
    ...data,
    windows: [
      {
        ...window,
        completeness: 'nothing to judge: no heartbeats and no lines',
        hours: window.hours.map(({ hour }) => ({ hour, state: 'unjudged' as const, sound: 0, doubtful: 0 })),
      },
    ],
  };

  it('is never said to have no gaps, nor its tenants no doubtful hour (regression: it had "0 of 24")', () => {
    const tile = overviewTiles(silent, select(silent, NO_SELECTION)).find(({ label }) => label === 'Hours with gaps');
    expect(tile).toMatchObject({ value: 'not known', note: 'nothing to judge: no heartbeats and no lines' });
    expect(stripSentence(silent)).toMatch(/^Nothing is known of these hours/);
    expect(stripSentence(data)).toMatch(/have no doubtful hour/);
  });

  it('is called the last only where the data ends with it', () => {
    expect(windowText(data, window)).toBe('last 24h');
    expect(windowText({ data_through: window.window.end + 3_600_000 }, window)).toBe('24h to 2026-11-24 00:00');
  });
});

it('gives the colour of alarm to one of several tenants that stand out (regression: their areas were one)', () => {
  const found = data.anomalies[0];
  if (found === undefined) throw new Error('no anomaly');
  const three = { ...data, anomalies: [0, 1, 2].map((tenant) => ({ ...found, tenant, service: 'DynamoDB' })) };
  const selected = select(three, NO_SELECTION);
  if (selected.service === undefined) throw new Error('no service');
  const drawn = overTimeSeries(three, selected, selected.service).filter(({ flagged }) => flagged);
  expect(drawn.length).toBeGreaterThan(1);
  expect(new Set(drawn.map(({ colour }) => colour)).size).toBe(drawn.length);
});
