import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type UtcDay, utcDaySchema } from '../../../model/index.js';
import {
  compactDates,
  compactFiles,
  formatReconcile,
  KnownLog,
  localStore,
  reconcile,
  retainDates,
  retainFiles,
  verifyLedger,
} from '../../../queries/index.js';
import { localFiles } from '../../../queries/maintenance/localFiles.js';
import { mergedDates } from '../../../queries/maintenance/retention/mergedDates.js';
import { allLines, allSums, book, deliver, entriesOf, filesIn, limits } from './lakes.js';

const root = mkdtempSync(join(tmpdir(), 'maintain-dates-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const base = join(root, 'base');
const DAY_MS = 86_400_000;
const DAYS = ['20', '21', '22', '23'];
/** Paths without what is made up by each run. */
const places = (lake: string, folder: string): readonly string[] =>
  filesIn(lake, folder).map((path) => (folder === 'events' ? path : path.slice(0, path.lastIndexOf('/'))));

beforeAll(async () => {
  for (const day of DAYS) {
    const line = (tenant: string, offset: number) => ({ tenant, offset, time: `2026-11-${day}T10:00:00Z` });
    await deliver(base, `2026-11-${day}T11:00:00Z`, [line('acme', 1), line('globex', 1), line('acme', 2)]);
    await book(base, `2026-11-${day}T11:05:00Z`);
    // Lines of the day before come again, and there is one partition with a single file.
    await deliver(base, `2026-11-${day}T12:00:00Z`, [line('acme', 2), line('acme', 3)]);
    if (day === '22') await deliver(base, `2026-11-${day}T13:00:00Z`, [line('zebra-co', 1)]);
    await book(base, `2026-11-${day}T13:05:00Z`);
  }
  await book(base, '2026-11-24T08:00:00Z');
});

/** Maintains a copy of the lake: at once, or a date at a time. */
async function maintained(isByDate: boolean) {
  const lake = join(root, isByDate ? 'by-date' : 'at-once');
  cpSync(base, lake, { recursive: true, preserveTimestamps: true });
  const files = localFiles(lake);
  const log = () => KnownLog.open(localStore(lake), { journal: false });
  const compact = async (at: number, before: UtcDay) => {
    const grace = { targetBytes: 128 * 1024 * 1024, wholeDates: false, graceMs: DAY_MS, dryRun: false };
    const options = { ...limits, ...grace, clock: () => at, before };
    return isByDate ? compactDates(files, await log(), options, 1) : compactFiles(localFiles(lake), options);
  };
  const retain = async (at: number, dryRun: boolean) => {
    const options = {
      ...{ ...limits, clock: () => at, errorsDays: 30, dryRun },
      daysOf: (emitter: string) => (emitter === 'acme' ? 3 : emitter === 'globex' ? 4 : undefined),
      merged: (entries: Parameters<typeof mergedDates>[1]) => mergedDates(lake, entries),
    };
    return isByDate ? retainDates(files, await log(), options, 1) : retainFiles(localFiles(lake), options);
  };
  const done: unknown[] = [];
  const noon = Date.parse('2026-11-24T12:00:00Z');
  done.push(await compact(noon, utcDaySchema.parse('2026-11-23')));
  // Files are stamped by the clock that is passed in.
  done.push(await compact(noon + 2 * DAY_MS, utcDaySchema.parse('2026-11-25')));
  done.push(await retain(noon + DAY_MS, true));
  done.push(await retain(noon + DAY_MS, false));
  done.push(await compact(noon + 5 * DAY_MS, utcDaySchema.parse('2026-11-25')));
  const compacted = (await entriesOf(lake, 'compaction')).flatMap(({ partitions }) =>
    partitions.map(({ emitter, dt, from, to }) => [emitter, dt, from.length, to.length].join(' ')),
  );
  const expired = (await entriesOf(lake, 'retention')).flatMap(({ partitions }) => partitions);
  expect(await verifyLedger({ ...limits, lake })).toMatchObject({ differing: [] });
  expect(formatReconcile(await reconcile({ ...limits, lake }))).not.toContain('DIFFERS');
  const there = { events: places(lake, 'events'), compacted: places(lake, 'events_compacted') };
  return { done, compacted, expired, there, lines: await allLines(lake), sums: await allSums(lake) };
}

it('a date at a time does, says and leaves what all at once does', { timeout: 120_000 }, async () => {
  const [atOnce, byDate] = [await maintained(false), await maintained(true)];
  expect(byDate).toEqual(atOnce);
  expect(atOnce.compacted.length).toBeGreaterThan(3);
  expect(atOnce.expired.length).toBeGreaterThan(2);
});
