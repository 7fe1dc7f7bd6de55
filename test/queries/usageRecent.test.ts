import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRegistry } from '../../model/index.js';
import { buildLedger, openDuckDb, rebuildLedger, verifyLedger } from '../../queries/index.js';
import { recentUsage } from '../../queries/ledger/recentUsage.js';
import { ledgerFiles, type UsageLine, usageWriter } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'recent-'));
let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => {
  writer.close();
  rmSync(root, { recursive: true, force: true });
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 11, 2, 12);
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
let count = 0;
const fresh = (): string => join(root, `lake-${count++}`);
const open = (lake: string) =>
  openDuckDb({ ...settings(lake), listPrices: [], registry: buildRegistry({ tenants: [] }) });

/** A line of so many minutes after noon, which arrives 20 seconds later unless it is late. */
function line(id: string, minutes: number, quantity: number, over: Partial<UsageLine> = {}): UsageLine {
  const time = NOON + minutes * MINUTE;
  const base = { id, time, emitter: 'acme', operation: '', kind: 'sum', series: 's', arrival: time + 20_000 } as const;
  return { ...base, quantity: BigInt(quantity), ...over };
}

async function book(lake: string, lines: readonly UsageLine[], at = NOON): Promise<void> {
  await writer.add(lake, lines);
  await buildLedger({ ...settings(lake), clock: () => at });
}

/** Quantities by window, in minutes after noon; what nets to nothing left out. */
async function windows(lake: string): Promise<Record<string, number>> {
  const engine = await open(lake);
  const { rows } = await engine.query(
    `select window_start, cast(sum(quantity_micros) as bigint) from usage_recent
     group by window_start having sum(quantity_micros) <> 0 order by 1`,
  );
  await engine.close();
  return Object.fromEntries(rows.map(([at, sum]) => [(Date.parse(String(at)) - NOON) / MINUTE, Number(sum)]));
}

describe('usage_recent', () => {
  it('has five minutes a window, from the 48 hours before the newest arrival', async () => {
    const lake = fresh();
    await book(lake, [
      line('a', 0, 1),
      line('b', 4.99, 2),
      line('c', 5, 4),
      line('old', -2875, 8),
      line('out', -2876, 16),
    ]);
    expect(await windows(lake)).toEqual({ [-2875]: 8, 0: 3, 5: 4 });
    await book(lake, [line('d', 12, 32)]);
    expect(await windows(lake)).toEqual({ 0: 3, 5: 4, 10: 32 });
  });

  it('books a counter in the window of the later sample, and moves it when one comes late', async () => {
    const lake = fresh();
    await book(lake, [line('a', 0, 10, { kind: 'counter' }), line('c', 32, 30, { kind: 'counter' })]);
    expect(await windows(lake)).toEqual({ 30: 20 });
    await book(lake, [line('b', 16, 12, { kind: 'counter', arrival: NOON + 40 * MINUTE })]);
    expect(await windows(lake)).toEqual({ 15: 2, 30: 18 });
  });

  it('does not have what comes later than 48 hours after it happened, while the ledger does', async () => {
    const lake = fresh();
    await book(lake, [line('a', 0, 1), line('late', -3000, 64, { arrival: NOON })]);
    expect(await windows(lake)).toEqual({ 0: 1 });
    const engine = await open(lake);
    expect((await engine.query('select cast(sum(quantity_micros) as bigint) from ledger')).rows).toEqual([[65n]]);
    await engine.close();
  });

  it('leaves out what claims to happen after the newest arrival, until it has', async () => {
    const lake = fresh();
    await book(lake, [line('a', 0, 1), line('ahead', 60, 2, { arrival: NOON })]);
    expect(await windows(lake)).toEqual({ 0: 1 });
    await book(lake, [line('b', 61, 4)]);
    expect(await windows(lake)).toEqual({ 0: 1, 60: 6 });
  });

  it('is nothing in a lake without a booking', async () => {
    const lake = fresh();
    await writer.add(lake, [line('a', 0, 1)]);
    expect(await windows(lake)).toEqual({});
  });

  it('is the same after its date was sealed, and its windows are dropped once nobody can ask for them', async () => {
    const lake = fresh();
    const recents = (): string[] =>
      readdirSync(join(lake, 'ledger/bookings')).filter((name) => name.startsWith('recent-'));
    for (let day = 0; day < 6; day++) {
      await book(lake, [line(`a${day}`, day * 1440, 1), line(`b${day}`, day * 1440 + 7, 2)], NOON + day * DAY);
      await book(lake, [line(`c${day}`, day * 1440 + 8, 4)], NOON + day * DAY);
      if (day === 1) expect(recents()).toEqual(['recent-2026-12-02']);
    }
    expect(recents()).toEqual(['recent-2026-12-04', 'recent-2026-12-05', 'recent-2026-12-06']);
    const shown = { [3 * 1440 + 5]: 6, [4 * 1440]: 1, [4 * 1440 + 5]: 6, [5 * 1440]: 1, [5 * 1440 + 5]: 6 };
    expect(await windows(lake)).toEqual(shown);
    await buildLedger({ ...settings(lake), clock: () => NOON + 6 * DAY });
    expect(await windows(lake)).toEqual(shown);
    expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
    rmSync(join(lake, 'ledger/bookings'), { recursive: true });
    await rebuildLedger(settings(lake));
    // What nobody can ask for is not made again.
    expect(recents()).toEqual(['recent-2026-12-05', 'recent-2026-12-06', 'recent-2026-12-07']);
    expect(await windows(lake)).toEqual(shown);
  });

  it('is missed by verify while it is asked for, and made again by rebuild', async () => {
    const lake = fresh();
    await book(lake, [line('a', 0, 1)]);
    await buildLedger({ ...settings(lake), clock: () => NOON + DAY });
    const before = ledgerFiles(lake);
    rmSync(join(lake, 'ledger/bookings/recent-2026-12-02'), { recursive: true });
    await expect(windows(lake)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect((await verifyLedger(settings(lake))).differing).toEqual([
      { booking: 'recent-2026-12-02', differences: ['it is missing'] },
    ]);
    await rebuildLedger(settings(lake));
    expect(ledgerFiles(lake)).toEqual(before);
  });
});

describe('recentUsage', () => {
  it('reads the parts to which something came in its 48 hours, and no others', () => {
    const at = (hours: number): number => NOON + hours * HOUR;
    const parts = [
      { name: 'sealed-2026-11-29', arrivalThrough: at(-48.01) },
      { name: 'sealed-2026-11-30', arrivalThrough: at(-48) },
      { name: '0000000009', arrivalThrough: at(-60) },
      { name: '0000000010', arrivalThrough: at(0) },
      { name: '0000000011', arrivalThrough: Number.NEGATIVE_INFINITY },
    ];
    expect(recentUsage(parts)).toEqual({
      files: ['recent-2026-11-30/recent.parquet', '0000000010/recent.parquet'],
      where:
        "window_start >= timestamp '2026-11-30 12:00:00.000' and window_start <= timestamp '2026-12-02 12:00:00.000'",
    });
    expect(recentUsage([])).toEqual({ files: [], where: 'false' });
  });
});
