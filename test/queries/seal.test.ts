import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRegistry } from '../../model/index.js';
import { buildLedger, openDuckDb, rebuildLedger, reconcile, verifyLedger } from '../../queries/index.js';
import { MERGED_GRACE_MS } from '../../queries/ledger/removeMerged.js';
import { ledgerLines } from '../e2e/truth.js';
import { expectedLines } from './expectedSeries.js';
import { ledgerFiles, type UsageLine, usageWriter } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'seal-'));
let writer: Awaited<ReturnType<typeof usageWriter>>;
const booked = join(root, 'booked');
beforeAll(async () => {
  writer = await usageWriter();
  await bookDay(booked);
});
afterAll(() => {
  writer.close();
  rmSync(root, { recursive: true, force: true });
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 11, 2, 12);
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
const build = (lake: string, day: number, fault?: (point: string) => void) =>
  buildLedger({ ...settings(lake), clock: () => START + day * DAY, ...(fault === undefined ? {} : { fault }) });
/** Folders of bookings, without those of recent usage beside merges. */
const folders = (lake: string): string[] =>
  readdirSync(join(lake, 'ledger/bookings'))
    .filter((name) => !name.startsWith('recent-'))
    .sort();
const part = (lake: string, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(ledgerFiles(lake)).filter(([path]) => path.includes(`/${name}/`)));

let count = 0;
const fresh = (): string => join(root, `lake-${count++}`);
const line = (id: string, hours: number, quantity: number, kind: UsageLine['kind'] = 'sum'): UsageLine => ({
  id,
  kind,
  quantity: BigInt(quantity),
  emitter: 'acme',
  operation: '',
  series: kind === 'sum' ? '' : 's',
  time: Date.UTC(2026, 11, 1) + hours * HOUR,
});

/** What three bookings of a day hold: duplicates, a counter cut by a late sample, a member twice, a sample taken back. */
const PARTS: readonly (readonly UsageLine[])[] = [
  [line('a', 0, 5), line('c1', 0, 10, 'counter'), line('c3', 4, 30, 'counter'), line('d1', 1, 1_000_000, 'distinct')],
  [line('a', 0, 5), line('b', 0, 7), line('c2', 2, 14, 'counter'), line('d2', 0, 1_000_000, 'distinct')],
  [line('c4', 9, 45, 'counter'), line('x', 4, -31, 'counter'), line('e', 5, 1)],
];

/** A lake with those three bookings. */
function bookedLake(): string {
  const lake = fresh();
  cpSync(booked, lake, { recursive: true });
  return lake;
}

async function bookDay(lake: string, parts = PARTS, day = 0): Promise<void> {
  for (const lines of parts) {
    await writer.add(lake, lines);
    await build(lake, day);
  }
}

async function rows(file: string, columns: string, rest = ''): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`select ${columns} from read_parquet('${file}') ${rest}`);
  connection.closeSync();
  instance.closeSync();
  return reader.getRows().map((row) => row.map(String).join(' '));
}

describe('a date that is over', () => {
  it('is sealed by the next build: its bookings become one of equal content', async () => {
    const lake = bookedLake();
    expect(folders(lake)).toEqual(['0000000001', '0000000002', '0000000003']);
    const before = await ledgerLines(lake);
    expect(await build(lake, 1)).toMatchObject({ bookings: 0, sealed: ['2026-12-02'] });
    expect(folders(lake)).toContain('sealed-2026-12-02');
    expect(await ledgerLines(lake)).toEqual(before);
    expect(before).toEqual(expectedLines(PARTS.flat()));
    const merge = join(lake, 'ledger/bookings/sealed-2026-12-02');
    expect(readdirSync(merge).sort()).toEqual(['events.parquet', 'series.parquet', 'sources.parquet', 'usage.parquet']);
    expect(await rows(join(merge, 'usage.parquet'), 'distinct booked_date, manifest')).toEqual(['2026-12-02 3']);
    expect(await rows(join(merge, 'events.parquet'), 'sum(rows), sum(events), sum(duplicates)')).toEqual(['11 10 1']);
    expect(
      await rows(join(merge, 'series.parquet'), 'event_time, value_micros, copies, first', 'order by all'),
    ).toEqual([
      '2026-12-01 00:00:00 10 1 1',
      '2026-12-01 00:00:00 1000000 1 0',
      '2026-12-01 01:00:00 1000000 1 1',
      '2026-12-01 02:00:00 14 1 0',
      // Taken back, yet it was there.
      '2026-12-01 04:00:00 30 0 1',
      '2026-12-01 09:00:00 45 1 0',
    ]);
    expect(await reconcile(settings(lake))).toMatchObject({ ok: true });
    expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
    expect(await build(lake, 1)).toMatchObject({ bookings: 0, sealed: [] });
  });

  it('has one row a key, and none that add nothing', async () => {
    const lake = fresh();
    // The late sample moves 4 from hour 4 to hour 2 and the next moves them back: hour 2 ends with one entry and 4.
    await bookDay(lake, [
      [line('c1', 0, 10, 'counter'), line('c3', 4, 18, 'counter')],
      [line('c2', 2, 14, 'counter')],
      [line('x', 2, -15, 'counter')],
    ]);
    await build(lake, 1);
    const merge = join(lake, 'ledger/bookings/sealed-2026-12-02/usage.parquet');
    expect(await rows(merge, 'event_hour, quantity_micros, events', 'order by all')).toEqual([
      '2026-12-01 00:00:00 0 1',
      '2026-12-01 02:00:00 0 2',
      '2026-12-01 04:00:00 8 1',
    ]);
  });

  it('is not sealed while it lasts, nor when nothing was booked on it', async () => {
    const lake = bookedLake();
    await build(lake, 0.49);
    expect(folders(lake)).toHaveLength(3);
    await build(lake, 5);
    await build(lake, 9);
    expect(folders(lake).filter((name) => name.startsWith('sealed'))).toEqual(['sealed-2026-12-02']);
  });

  it('takes nothing more, whatever the clock says', async () => {
    const lake = bookedLake();
    await build(lake, 1);
    const sealed = part(lake, 'sealed-2026-12-02');
    await writer.add(lake, [line('late', 3, 4)]);
    await build(lake, 0);
    expect(part(lake, 'sealed-2026-12-02')).toEqual(sealed);
    expect(await rows(join(lake, 'ledger/bookings/0000000005/usage.parquet'), 'distinct booked_date')).toEqual([
      '2026-12-03',
    ]);
  });

  it.each(['sealed', 'merged', 'claimed', 'booked'])(
    'is sealed by the next run after a crash when %s',
    async (point) => {
      const [lake, clean] = [fresh(), fresh()];
      for (const place of [lake, clean]) {
        await bookDay(place);
        await writer.add(place, [line('late', 3, 4), line('c5', 10, 50, 'counter')]);
      }
      const fault = (at: string): void => {
        if (at === point) throw new Error('crash');
      };
      await expect(build(lake, 1, fault)).rejects.toThrow('crash');
      await build(lake, 1);
      await build(clean, 1);
      expect(await ledgerLines(lake)).toEqual(await ledgerLines(clean));
      expect(part(lake, 'sealed-2026-12-02')).toEqual(part(clean, 'sealed-2026-12-02'));
      expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
    },
  );

  it('is sealed once by several builds at once, and ends as by one', async () => {
    const [lake, clean] = [fresh(), fresh()];
    for (const place of [lake, clean]) {
      await bookDay(place, PARTS.slice(0, 2));
      await writer.add(place, PARTS[2] ?? []);
    }
    await Promise.all([build(lake, 1), build(lake, 1), build(lake, 1)]);
    await build(clean, 1);
    const bytes = (place: string): string[] =>
      Object.entries(ledgerFiles(place))
        .map((file) => file.join(' '))
        .sort();
    const bookings = (texts: readonly string[]): string[] => texts.filter((text) => text.startsWith('/bookings'));
    expect(bookings(bytes(lake))).toEqual(bookings(bytes(clean)));
    expect(readdirSync(join(lake, 'ledger/manifests'))).toHaveLength(4);
  });
});

describe('the bookings of a merged date', () => {
  it('stay for a day, for readers that have listed them, and are gone with the first run after it', async () => {
    const lake = bookedLake();
    const open = () => openDuckDb({ ...settings(lake), listPrices: [], registry: buildRegistry({ tenants: [] }) });
    const sum = 'select sum(quantity_micros), sum(events) from ledger';
    const reader = await open();
    await build(lake, 1);
    await build(lake, 1 + MERGED_GRACE_MS / DAY - 0.01);
    const { rows: answer } = await reader.query(sum);
    const lines = await ledgerLines(lake);
    expect(folders(lake)).toHaveLength(4);
    await build(lake, 1 + MERGED_GRACE_MS / DAY);
    expect(folders(lake)).toEqual(['sealed-2026-12-02']);
    expect(await ledgerLines(lake)).toEqual(lines);
    expect(readdirSync(join(lake, '.staging')).filter((name) => name.startsWith('removed'))).toEqual([]);
    const later = await open();
    expect((await later.query(sum)).rows).toEqual(answer);
    expect(later.gaps).toEqual([]);
    await reader.close();
    await later.close();
    expect(await reconcile(settings(lake))).toMatchObject({ ok: true });
    expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
  });

  it('are not read by later bookings: the merge has their samples', async () => {
    const lake = bookedLake();
    await build(lake, 1);
    for (const name of ['0000000001', '0000000002', '0000000003'])
      truncateSync(
        join(
          lake,
          'ledger/bookings',
          name,
          existsSync(join(lake, 'ledger/bookings', name, 'series.parquet')) ? 'series.parquet' : 'usage.parquet',
        ),
        10,
      );
    const more = [line('c5', 10, 50, 'counter'), line('d3', 3, 1_000_000, 'distinct'), line('c0', 1, 11, 'counter')];
    await writer.add(lake, more);
    await build(lake, 1);
    expect(await ledgerLines(lake)).toEqual(expectedLines([...PARTS.flat(), ...more]));
  });
});

describe('verify and rebuild of a sealed date', () => {
  async function sealedLake(): Promise<string> {
    const lake = bookedLake();
    await bookDay(lake, [[line('late', 3, 4), line('c5', 10, 50, 'counter')]], 1);
    await build(lake, 4);
    await build(lake, 6);
    return lake;
  }

  it('from nothing gives the same files', async () => {
    const lake = await sealedLake();
    expect(folders(lake)).toEqual(['sealed-2026-12-02', 'sealed-2026-12-03']);
    const before = ledgerFiles(lake);
    rmSync(join(lake, 'ledger/bookings'), { recursive: true });
    expect((await rebuildLedger(settings(lake))).replaced).toHaveLength(4);
    expect(ledgerFiles(lake)).toEqual(before);
  });

  it('a build makes a merge anew that is gone, its bookings too', async () => {
    const lake = await sealedLake();
    const before = part(lake, 'sealed-2026-12-02');
    rmSync(join(lake, 'ledger/bookings/sealed-2026-12-02'), { recursive: true });
    expect(await verifyLedger(settings(lake))).toMatchObject({
      ok: false,
      differing: [{ booking: 'sealed-2026-12-02', differences: ['it is missing'] }],
    });
    await build(lake, 6);
    expect(part(lake, 'sealed-2026-12-02')).toEqual(before);
  });

  it('finds a merge that was changed, or that no seal promises', async () => {
    const lake = await sealedLake();
    const bookings = join(lake, 'ledger/bookings');
    rmSync(join(bookings, 'sealed-2026-12-02/series.parquet'));
    cpSync(join(bookings, 'sealed-2026-12-03'), join(bookings, 'sealed-2026-12-24'), { recursive: true });
    expect((await verifyLedger(settings(lake))).differing).toEqual([
      { booking: 'sealed-2026-12-02', differences: ['series.parquet is missing'] },
      { booking: 'sealed-2026-12-24', differences: ['no entry of the log promises it'] },
    ]);
    expect((await reconcile(settings(lake))).checks.filter(({ ok }) => !ok)).toMatchObject([
      { check: 'booked', scope: 'booking sealed-2026-12-24' },
    ]);
    await rebuildLedger(settings(lake));
    expect(await verifyLedger(settings(lake))).toEqual({ ok: true, bookings: 4, differing: [], kept: [] });
  });
});
