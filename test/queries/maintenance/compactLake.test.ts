import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LogEntry, manifestName, type UtcDay } from '../../../model/index.js';
import {
  compactLake,
  formatReconcile,
  rebuildLedger,
  reconcile,
  verifyCompactions,
  verifyLedger,
} from '../../../queries/index.js';
import { claimEntry, readLog } from '../../../queries/ledger/ledgerLog.js';
import { ledgerFiles } from '../usageLake.js';
import { allLines, allSums, ask, book, deliver, entriesOf, filesIn, limits, lock } from './lakes.js';

const root = mkdtempSync(join(tmpdir(), 'compact-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const base = join(root, 'base');
const DAY_MS = 86_400_000;
const LATER = '2026-11-25T08:00:00Z';

let copies = 0;
function copyOf(lake: string): string {
  const copy = join(root, `copy-${copies++}`);
  cpSync(lake, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

type Over = Partial<Parameters<typeof compactLake>[0]>;
const compact = (lake: string, over: Over & { at?: string } = {}) => {
  const { at = LATER, ...rest } = over;
  return compactLake({
    ...limits,
    lake,
    lock,
    clock: () => Date.parse(at),
    before: '2026-11-24' as UtcDay,
    targetBytes: 128 * 1024 * 1024,
    wholeDates: false,
    graceMs: DAY_MS,
    dryRun: false,
    ...rest,
  });
};
const checks = async (lake: string): Promise<void> => {
  expect(await verifyLedger({ ...limits, lake })).toMatchObject({ ok: true, differing: [] });
  const reconciled = await reconcile({ ...limits, lake });
  expect(formatReconcile(reconciled)).not.toContain('DIFFERS');
};
const parquet = (lake: string): readonly string[] =>
  filesIn(lake, 'events').filter((path) => path.endsWith('.parquet'));

beforeAll(async () => {
  const lines = (tenant: string, from: number, day = '2026-11-22') =>
    [0, 1, 2].map((step) => ({ tenant, offset: from + step, time: `${day}T10:0${step}:00Z` }));
  await deliver(base, '2026-11-22T12:00:00Z', [...lines('acme', 0), ...lines('globex', 0)]);
  await book(base, '2026-11-22T12:05:00Z');
  // The same lines among others: duplicates across bookings, and within one object.
  await deliver(base, '2026-11-22T13:00:00Z', [...lines('acme', 2), ...lines('acme', 2), ...lines('globex', 9)]);
  await deliver(base, '2026-11-22T14:00:00Z', lines('acme', 20));
  await book(base, '2026-11-22T14:05:00Z');
  await deliver(base, '2026-11-23T09:00:00Z', [...lines('acme', 30, '2026-11-23'), ...lines('acme', 0)]);
  await deliver(base, '2026-11-23T10:00:00Z', lines('acme', 40, '2026-11-23'));
  await book(base, '2026-11-23T10:05:00Z');
  await book(base, '2026-11-24T10:05:00Z');
});

describe('lake compact', () => {
  it('says what it would do, and does nothing', async () => {
    const lake = copyOf(base);
    const before = ledgerFiles(lake);
    const summary = await compact(lake, { dryRun: true });
    expect(summary).toMatchObject({
      partitions: 3,
      before: { files: 7 },
      after: { files: 3 },
      removed: { files: 0 },
      cut: null,
    });
    expect(ledgerFiles(lake)).toEqual(before);
    expect(() => filesIn(lake, 'events_compacted')).toThrow();
  });

  it('rewrites small objects into one a partition, every line as it was, sealed bookings byte for byte', async () => {
    const lake = copyOf(base);
    const [lines, sums, ledger] = [await allLines(lake), await allSums(lake), ledgerFiles(lake)];
    expect(await compact(lake)).toMatchObject({ partitions: 3, rows: 27, before: { files: 7 }, after: { files: 3 } });
    expect(filesIn(lake, 'events_compacted')).toHaveLength(3);
    const [entry] = await entriesOf(lake, 'compaction');
    expect(entry).toMatchObject({ cut: '2026-11-24' });
    expect(entry?.partitions.map(({ from, to }) => [from.length, to.length])).toEqual([
      [3, 1],
      [2, 1],
      [2, 1],
    ]);
    expect(ledgerFiles(lake)).toEqual({
      ...ledger,
      [`/manifests/${manifestName(entry?.number ?? 0)}`]: expect.any(String),
    });
    expect(await allLines(lake)).toEqual(lines);
    expect(await allSums(lake)).toEqual(sums);
    await checks(lake);
  });

  it('keeps the old files for the grace period, removes them after it, and books and verifies the same without them', async () => {
    const lake = copyOf(base);
    const [lines, sums, ledger] = [await allLines(lake), await allSums(lake), ledgerFiles(lake)];
    await compact(lake);
    expect(await verifyCompactions({ ...limits, lake })).toEqual({ ok: true, compared: 3, hashed: 0, differing: [] });
    expect((await compact(lake, { at: '2026-11-26T07:59:00Z' })).removed).toMatchObject({ files: 0 });
    expect(parquet(lake)).toHaveLength(7);
    expect((await compact(lake, { at: '2026-11-26T08:01:00Z' })).removed).toMatchObject({ files: 7 });
    expect(parquet(lake)).toEqual([]);
    expect(await verifyCompactions({ ...limits, lake })).toEqual({ ok: true, compared: 0, hashed: 3, differing: [] });
    expect(await allLines(lake)).toEqual(lines);
    expect(await allSums(lake)).toEqual(sums);
    await checks(lake);
    rmSync(join(lake, 'ledger/bookings'), { recursive: true });
    await rebuildLedger({ ...limits, lake });
    await book(lake, LATER);
    const rebuilt = Object.entries(ledgerFiles(lake)).filter(([path]) => path.includes('sealed-'));
    expect(rebuilt.length).toBeGreaterThan(0);
    for (const [path, hash] of rebuilt) expect(hash, path).toBe(ledger[path]);
  });

  it('finds duplicates of compacted lines that come days later, and reads what came late as it came', async () => {
    const lake = copyOf(base);
    await compact(lake);
    await compact(lake, { at: '2026-11-27T08:01:00Z' });
    const sums = await allSums(lake);
    await deliver(lake, '2026-11-22T15:00:00Z', [
      { tenant: 'acme', offset: 1, time: '2026-11-22T10:01:00Z' },
      { tenant: 'acme', offset: 77, time: '2026-11-22T10:01:00Z' },
    ]);
    expect(await book(lake, '2026-12-02T08:00:00Z')).toMatchObject({ rows: 2, events: 1, duplicates: 1 });
    expect((await allSums(lake)).filter((row) => !row.includes('2026-12-02'))).toEqual(sums);
    expect(await ask(lake, "select count(*) from events where tenant_id = 'acme' and dt = '2026-11-22'")).toEqual([
      '14',
    ]);
    await checks(lake);
    // A second compaction takes what came late together with what the first one wrote.
    expect(await compact(lake, { at: '2026-12-03T08:00:00Z' })).toMatchObject({ partitions: 1, before: { files: 2 } });
    await checks(lake);
    expect((await compact(lake, { at: '2026-12-05T08:00:00Z' })).removed.files).toBe(2);
    expect(filesIn(lake, 'events_compacted')).toHaveLength(3);
    expect(await ask(lake, "select count(*) from events where tenant_id = 'acme' and dt = '2026-11-22'")).toEqual([
      '14',
    ]);
    await checks(lake);
  });

  it('takes one tenant alone without moving the date cut', async () => {
    const lake = copyOf(base);
    expect(await compact(lake, { tenant: 'globex' })).toMatchObject({ partitions: 1, cut: null });
    expect(await compact(lake)).toMatchObject({ partitions: 2, cut: '2026-11-24' });
    await checks(lake);
  });

  it('splits what is larger than the target, rows in order of their time', async () => {
    const lake = copyOf(base);
    const lines = await allLines(lake);
    const summary = await compact(lake, { targetBytes: 20_000, wholeDates: true });
    expect(summary.after.files).toBeGreaterThan(3);
    expect(await allLines(lake)).toEqual(lines);
    await checks(lake);
  });

  it('leaves alone what would gain nothing, unless whole dates are asked for', async () => {
    const lake = copyOf(base);
    await deliver(lake, '2026-11-21T12:00:00Z', [{ tenant: 'zebra-co', offset: 1, time: '2026-11-21T10:00:00Z' }]);
    await book(lake, LATER);
    expect(await compact(lake)).toMatchObject({ partitions: 3 });
    expect(await compact(lake)).toMatchObject({ partitions: 0 });
    expect(await compact(lake, { wholeDates: true })).toMatchObject({ partitions: 1, before: { files: 1 } });
    expect(await compact(lake, { wholeDates: true })).toMatchObject({ partitions: 0 });
    await checks(lake);
  });

  it('takes nothing that is not booked', async () => {
    const lake = copyOf(base);
    for (const hour of ['10', '11'])
      await deliver(lake, `2026-11-20T${hour}:00:00Z`, [{ tenant: 'acme', offset: 1, time: '2026-11-20T09:00:00Z' }]);
    expect((await compact(lake)).partitions).toBe(3);
    await book(lake, LATER);
    expect((await compact(lake)).partitions).toBe(1);
    await checks(lake);
  });
});

describe('a compaction that is interrupted', () => {
  it.each(['written', 'claimed', 'placed', 'removed'] as const)('when %s is finished by the next', async (point) => {
    const lake = copyOf(base);
    const lines = await allLines(lake);
    const fault = (at: string): void => {
      if (at === point) throw new Error('crash');
    };
    if (point === 'removed') await compact(lake);
    const at = point === 'removed' ? '2026-11-28T08:00:00Z' : LATER;
    await expect(compact(lake, { fault, at })).rejects.toThrow('crash');
    // As it stands after the crash, and after the next run.
    expect(await allLines(lake)).toEqual(lines);
    await checks(lake);
    await compact(lake, { at });
    await compact(lake, { at: '2026-11-30T08:00:00Z' });
    expect(parquet(lake)).toEqual([]);
    expect(filesIn(lake, '.staging')).toEqual([]);
    expect(await allLines(lake)).toEqual(lines);
    await checks(lake);
  });

  it('and whose work in progress was thrown away leaves the old files to be read and compacted again', async () => {
    const lake = copyOf(base);
    const lines = await allLines(lake);
    const fault = (at: string): void => {
      if (at === 'claimed') throw new Error('crash');
    };
    await expect(compact(lake, { fault })).rejects.toThrow('crash');
    rmSync(join(lake, '.staging'), { recursive: true });
    expect(await allLines(lake)).toEqual(lines);
    expect((await compact(lake, { at: '2026-11-28T08:00:00Z' })).partitions).toBe(3);
    await compact(lake, { at: '2026-11-30T08:00:00Z' });
    expect(parquet(lake)).toEqual([]);
    expect(await allLines(lake)).toEqual(lines);
    await checks(lake);
  });

  it('by a ledger build that books meanwhile goes on behind it', async () => {
    const lake = copyOf(base);
    await deliver(lake, '2026-11-25T07:00:00Z', [{ tenant: 'acme', offset: 500, time: '2026-11-25T06:00:00Z' }]);
    let booked = false;
    const booking = async (): Promise<void> => {
      const log = await readLog(lake);
      const last = log.findLast((entry) => entry.kind === 'booking') as LogEntry;
      // Not a real booking: only that the number is taken.
      await claimEntry(
        lake,
        {
          ...last,
          number: log.length + 1,
          kind: 'seal',
          booked_date: '2026-11-24' as UtcDay,
          objects: undefined,
        } as never,
        'other',
      );
    };
    const pending: Promise<void>[] = [];
    const onProgress = (): void => {
      if (!booked) pending.push(booking());
      booked = true;
    };
    expect((await compact(lake, { onProgress })).partitions).toBe(3);
    await Promise.all(pending);
    expect((await readLog(lake)).at(-1)?.kind).toBe('compaction');
  });
});

describe('a compaction does not launder damage', () => {
  it('takes no object that is not what was booked, and says so when the others are done', async () => {
    const lake = copyOf(base);
    const [damaged = '', other = ''] = parquet(lake).filter((path) => path.includes('tenant_id=globex'));
    cpSync(join(lake, other), join(lake, damaged));
    await expect(compact(lake)).rejects.toThrow(
      /tenant globex, day 2026-11-22: an object of the lake is not what was booked/,
    );
    expect((await entriesOf(lake, 'compaction')).flatMap(({ partitions }) => partitions)).toHaveLength(2);
  });

  it('keeps the old files when a new one was changed, and --verify finds it', async () => {
    const lake = copyOf(base);
    await compact(lake);
    const [file = ''] = filesIn(lake, 'events_compacted');
    const bytes = readFileSync(join(lake, file));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    const { mtime } = { mtime: new Date(LATER) };
    writeFileSync(join(lake, file), bytes);
    const { utimesSync } = await import('node:fs');
    utimesSync(join(lake, file), mtime, mtime);
    expect((await verifyCompactions({ ...limits, lake })).differing).toMatchObject([
      { difference: expect.stringContaining(file) },
    ]);
    await expect(compact(lake, { at: '2026-11-28T08:00:00Z' })).rejects.toThrow(/the objects it replaced were kept/);
    expect(parquet(lake).length).toBeGreaterThan(0);
  });
});
