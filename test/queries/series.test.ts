import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLedger, reconcile } from '../../queries/index.js';
import { ledgerLines } from '../e2e/truth.js';
import { anyUsageLine } from './anyUsageLine.js';
import { expectedLines } from './expectedSeries.js';
import { ledgerFiles, type UsageLine, usageWriter } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'series-'));
let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => {
  writer.close();
  rmSync(root, { recursive: true, force: true });
});

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 29);
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1, clock: () => Date.UTC(2026, 11, 2, 12) });
let count = 0;
const fresh = (): string => join(root, `lake-${count++}`);

const line = (over: Partial<UsageLine> & { id: string }): UsageLine => ({
  emitter: 'acme',
  operation: '',
  kind: 'counter',
  series: 's',
  time: START,
  quantity: 0n,
  ...over,
});
const sample = (id: string, hours: number, quantity: number, over: Partial<UsageLine> = {}): UsageLine =>
  line({ id, time: START + hours * HOUR, quantity: BigInt(quantity), ...over });

/** Books the parts one after the other; what stood before each must stand after it. */
async function bookParts(lake: string, parts: readonly (readonly UsageLine[])[]): Promise<void> {
  let before: Record<string, string> = {};
  for (const part of parts.filter((lines) => lines.length > 0)) {
    await writer.add(lake, part);
    await buildLedger(settings(lake));
    const after = ledgerFiles(lake);
    expect(after).toMatchObject(before);
    before = after;
  }
}
/** Net quantity by hour since the start, zeroes left out. */
async function hours(lake: string): Promise<Record<number, number>> {
  const sums: Record<number, number> = {};
  for (const text of await ledgerLines(lake)) {
    const hour = (Date.parse(/\| (\S+):/.exec(text)?.[1] ?? '') - START) / HOUR;
    sums[hour] = (sums[hour] ?? 0) + Number(/: (-?\d+) in/.exec(text)?.[1]);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

describe('a counter', () => {
  it.each<[string, UsageLine[][], Record<number, number>]>([
    [
      'counts differences in the hour of the later sample',
      [[sample('a', 0, 5), sample('b', 1, 8), sample('c', 3, 9)]],
      { 1: 3, 3: 1 },
    ],
    ['goes on across bookings', [[sample('a', 0, 5)], [sample('b', 1, 8)], [sample('c', 2, 8)]], { 1: 3 }],
    ['counts a value after a reset whole', [[sample('a', 0, 5)], [sample('b', 1, 2)]], { 1: 2 }],
    [
      'divides an interval that a late sample falls into',
      [[sample('a', 0, 5), sample('c', 2, 9)], [sample('b', 1, 6)]],
      { 1: 1, 2: 3 },
    ],
    [
      'learns of a reset from a late sample',
      [[sample('a', 0, 5), sample('c', 2, 9)], [sample('b', 1, 1)]],
      { 1: 1, 2: 8 },
    ],
    ['takes back a reset that was none', [[sample('a', 0, 9), sample('c', 2, 3)], [sample('b', 1, 2)]], { 1: 2, 2: 1 }],
    ['finds what ran before its first sample', [[sample('b', 1, 8)], [sample('a', 0, 5)]], { 1: 3 }],
    [
      'counts one sample under two ids once',
      [[sample('a', 0, 5), sample('b', 1, 8)], [sample('b2', 1, 8)], [sample('b', 1, 8)]],
      { 1: 3 },
    ],
    [
      'keeps series apart',
      [[sample('a', 0, 5), sample('b', 1, 8, { series: 't' })], [sample('c', 2, 9, { series: 't' })]],
      { 2: 1 },
    ],
    [
      'forgets a sample taken back',
      [[sample('a', 0, 5), sample('b', 1, 8), sample('c', 2, 9)], [sample('x', 1, -9)]],
      { 2: 4 },
    ],
  ])('%s', async (_name, parts, expected) => {
    const lake = fresh();
    await bookParts(lake, parts);
    expect(await hours(lake)).toEqual(expected);
    expect(await reconcile(settings(lake))).toMatchObject({ ok: true });
  });
});

describe('a distinct count', () => {
  const seen = (id: string, at: number, series = 's', quantity = 1_000_000): UsageLine =>
    sample(id, at, quantity, { kind: 'distinct', series });

  it.each<[string, UsageLine[][], Record<number, number>]>([
    ['counts a member once, where it was first seen', [[seen('a', 3), seen('b', 5)], [seen('c', 4)]], { 3: 1_000_000 }],
    [
      'counts it anew in the next UTC month',
      [[seen('a', 3)], [seen('b', 48)], [seen('c', 49)]],
      { 3: 1_000_000, 48: 1_000_000 },
    ],
    [
      'moves it to an earlier hour that came late',
      [[seen('a', 3), seen('b', 4, 't')], [seen('c', 1)]],
      { 1: 1_000_000, 4: 1_000_000 },
    ],
    [
      'forgets a sighting taken back',
      [[seen('a', 3), seen('b', 5)], [seen('x', 3, 's', -1_000_001)]],
      { 5: 1_000_000 },
    ],
  ])('%s', async (_name, parts, expected) => {
    const lake = fresh();
    await bookParts(lake, parts);
    expect(await hours(lake)).toEqual(expected);
    expect(await reconcile(settings(lake))).toMatchObject({ ok: true });
  });
});

describe('an interrupted build of samples', () => {
  const parts = [[sample('a', 0, 5), sample('c', 4, 9)], [sample('b', 2, 6)], [sample('r', 3, 1)]];

  it.each(['claimed', 'booked'] as const)('after each booking was %s is finished by the next', async (point) => {
    const lake = fresh();
    const fault = (at: string): void => {
      if (at === point) throw new Error('crash');
    };
    for (const part of parts) {
      await writer.add(lake, part);
      await expect(buildLedger({ ...settings(lake), fault })).rejects.toThrow('crash');
    }
    await buildLedger(settings(lake));
    expect(await ledgerLines(lake)).toEqual(expectedLines(parts.flat()));
  });

  it('gives the same files when bookings are made again from their manifests, or several times at once', async () => {
    const lake = fresh();
    await bookParts(lake, parts);
    const before = ledgerFiles(lake);
    rmSync(join(lake, 'ledger/bookings'), { recursive: true });
    await Promise.all([buildLedger(settings(lake)), buildLedger(settings(lake))]);
    expect(ledgerFiles(lake)).toEqual(before);
  });
});

describe('what a booking reads of those before it', () => {
  const seriesFile = (lake: string, booking: string): string =>
    join(lake, 'ledger/bookings', booking, 'series.parquet');
  const firsts = async (lake: string): Promise<unknown> => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = `select series, count(*) from read_parquet('${join(lake, 'ledger/bookings/*/series.parquet')}')`;
    const reader = await connection.runAndReadAll(`${read} where first = 1 group by 1 order by 1`);
    connection.closeSync();
    return reader.getRows().map((row) => row.map(String));
  };

  it('is the day around its samples; beyond it only what tells new series from old, and the silent ones', async () => {
    const lake = fresh();
    await bookParts(lake, [[sample('a', 0, 5)], [sample('b', 30, 9)], [sample('c', 50, 12)]]);
    truncateSync(seriesFile(lake, '0000000001'), 10);
    await writer.add(lake, [sample('d', 53, 13)]);
    await buildLedger(settings(lake));
    expect(await hours(lake)).toEqual({ 30: 4, 50: 3, 53: 1 });
    await writer.add(lake, [sample('e', 90, 14)]);
    await expect(buildLedger(settings(lake))).rejects.toThrow(/0000000001/);
  });

  it('says once of each series that it is new', async () => {
    const lake = fresh();
    const other = { series: 't' };
    await bookParts(lake, [[sample('a', 50, 5)], [sample('b', 0, 4), sample('o', 0, 1, other)], [sample('c', 90, 9)]]);
    expect(await firsts(lake)).toEqual([
      ['s', '1'],
      ['t', '1'],
    ]);
    expect(await hours(lake)).toEqual({ 50: 1, 90: 4 });
  });
});

describe('for any samples, cut into any bookings, in any order, with duplicates', () => {
  it('the totals are those of one booking of all, and what was booked stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyUsageLine(START), { minLength: 1, maxLength: 14 }),
        fc.array(fc.array(fc.nat(), { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        async (values, cut) => {
          const lines = values.map((value, place): UsageLine => ({ id: `e${place}`, ...value }));
          const parts = cut.map((places) => places.flatMap((place) => lines.slice(place % lines.length).slice(0, 1)));
          const all = parts.flat();
          fc.pre(all.length > 0);
          const [many, one] = [fresh(), fresh()];
          await bookParts(many, parts);
          await bookParts(one, [all]);
          const expected = expectedLines(all);
          expect(await ledgerLines(one)).toEqual(expected);
          expect(await ledgerLines(many)).toEqual(expected);
          expect(await reconcile(settings(many))).toMatchObject({ ok: true });
          rmSync(many, { recursive: true });
          rmSync(one, { recursive: true });
        },
      ),
      { numRuns: 25 },
    );
  });
});
