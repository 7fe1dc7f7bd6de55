import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAKE, retentionRules, retentionSettingsSchema, type UtcDay } from '../../../model/index.js';
import {
  compactLake,
  findReport,
  formatReconcile,
  KnownLog,
  localStore,
  parseParameters,
  rebuildLedger,
  reconcile,
  retainDates,
  retainLake,
  runReport,
  verifyLedger,
} from '../../../queries/index.js';
import { localFiles } from '../../../queries/maintenance/localFiles.js';
import { mergedDates } from '../../../queries/maintenance/retention/mergedDates.js';
import { ledgerFiles, type UsageLine, usageWriter } from '../usageLake.js';
import { allLines, allSums, ask, book, deliver, entriesOf, filesIn, limits, lock, openLake } from './lakes.js';

const root = mkdtempSync(join(tmpdir(), 'retain-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const base = join(root, 'base');
/** Thirty days after 2026-10-01 is over. */
const NOW = '2026-11-01T08:00:00Z';

let copies = 0;
function copyOf(lake: string): string {
  const copy = join(root, `copy-${copies++}`);
  cpSync(lake, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}
type Over = Partial<Parameters<typeof retainLake>[0]>;
const retain = (lake: string, over: Over & { at?: string } = {}) => {
  const { at = NOW, ...rest } = over;
  const days = { clock: () => Date.parse(at), daysOf: () => 30, errorsDays: 30, dryRun: false };
  return retainLake({ ...limits, lake, lock, ...days, ...rest });
};
const checks = async (lake: string): Promise<readonly string[]> => {
  const verified = await verifyLedger({ ...limits, lake });
  expect(verified.differing).toEqual([]);
  expect(formatReconcile(await reconcile({ ...limits, lake }))).not.toContain('DIFFERS');
  return verified.kept.map(({ booking, reason }) => `${booking}: ${reason}`);
};
const line = (tenant: string, offset: number, time: string) => ({ tenant, offset, time });

beforeAll(async () => {
  for (const day of ['01', '02']) {
    const time = `2026-10-${day}T10:00:00Z`;
    await deliver(base, `2026-10-${day}T12:00:00Z`, [
      line('acme', 1, time),
      line('globex', 1, time),
      line('acme', 2, time),
    ]);
    await book(base, `2026-10-${day}T12:05:00Z`);
    await deliver(base, `2026-10-${day}T13:00:00Z`, [line('acme', 2, time), line('acme', 3, time)]);
    // Printed by a tenant that may not name another's namespace: quarantined.
    await deliver(base, `2026-10-${day}T13:30:00Z`, [line('a b', 9, time)]);
    await book(base, `2026-10-${day}T13:05:00Z`);
  }
  await book(base, '2026-10-05T08:00:00Z');
});

describe('lake retain', () => {
  it('says what would go, and does nothing', async () => {
    const lake = copyOf(base);
    const before = ledgerFiles(lake);
    const summary = await retain(lake, { dryRun: true });
    expect(summary.partitions.map(({ emitter, dt, objects, rows }) => [emitter, dt, objects, rows])).toEqual([
      ['acme', '2026-10-01', 2, 4],
      ['globex', '2026-10-01', 1, 1],
    ]);
    expect(summary).toMatchObject({ waiting: [], errors: { files: 1, before: '2026-10-02' } });
    expect(ledgerFiles(lake)).toEqual(before);
    expect(filesIn(lake, 'events')).toHaveLength(6);
  });

  it('removes lines past their retention, keeps what was booked, and tells expired from lost', async () => {
    const lake = copyOf(base);
    const [sums, ledger] = [await allSums(lake), ledgerFiles(lake)];
    const kept = (await allLines(lake)).filter((text) => !text.includes('|2026-10-01|'));
    expect(await retain(lake)).toMatchObject({ removed: { files: 3 }, errors: { files: 1 } });
    expect(filesIn(lake, 'events')).toHaveLength(3);
    expect(filesIn(lake, 'errors')).toHaveLength(1);
    expect(await allSums(lake)).toEqual(sums);
    expect(await allLines(lake)).toEqual(kept);
    expect(Object.keys(ledgerFiles(lake)).filter((path) => !(path in ledger))).toHaveLength(2);
    expect(await checks(lake)).toEqual(['sealed-2026-10-01: 3 of its 3 objects are past their retention']);
    expect((await reconcile({ ...limits, lake })).notes).toEqual([
      'quarantined records that arrived before 2026-10-02 are past their retention',
      'sums of 1 parts of the ledger, and counters and distinct counts, cannot be computed again: lines of theirs are past their retention',
    ]);
    const engine = await openLake(lake);
    expect(engine.gaps).toEqual([]);
    expect(await engine.eventGaps?.()).toEqual([
      '3 booked objects, of arrival dates up to 2026-10-01, are past their retention: their lines are not shown',
    ]);
    const quarantine = findReport('quarantine');
    const window = { start: Date.parse('2026-10-01T00:00Z'), end: Date.parse('2026-10-03T00:00Z') };
    const answer = await runReport(engine, quarantine, parseParameters(quarantine, [], { window }));
    expect(answer.warnings).toContain('quarantined records that arrived before 2026-10-02 are past their retention');
    await engine.close();
    // What is lost is still damage.
    rmSync(join(lake, filesIn(lake, 'events')[0] ?? ''));
    await expect(verifyLedger({ ...limits, lake })).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
    expect((await reconcile({ ...limits, lake })).ok).toBe(false);
  });

  it('knows a duplicate of a line that is gone, and books what is new beside it', async () => {
    const lake = copyOf(base);
    await retain(lake);
    const sums = await allSums(lake);
    const time = '2026-10-01T10:00:00Z';
    await deliver(lake, '2026-11-10T08:00:00Z', [line('acme', 1, time), line('acme', 3, time), line('acme', 4, time)]);
    expect(await book(lake, '2026-11-10T08:05:00Z')).toMatchObject({ rows: 3, events: 1, duplicates: 2 });
    const after = await allSums(lake);
    expect(after.filter((row) => !row.includes('2026-11-10'))).toEqual(sums);
    await checks(lake);
    await book(lake, '2026-11-12T08:00:00Z');
    await checks(lake);
  });

  it('goes on counting a counter whose earlier samples are gone', async () => {
    const lake = join(root, 'counter');
    const writer = await usageWriter();
    const sample = (id: string, hour: number, quantity: bigint): UsageLine => ({
      ...{ id, quantity, emitter: 'acme', operation: '', kind: 'counter', series: 's' },
      time: Date.UTC(2026, 11, 2, hour),
    });
    const total = () => ask(lake, "select sum(quantity_micros) from ledger where meter = 'm_counter'");
    await writer.add(lake, [sample('a', 1, 5n), sample('b', 3, 9n)]);
    await book(lake, '2026-12-02T08:00:00Z');
    await book(lake, '2026-12-03T08:00:00Z');
    expect((await retain(lake, { at: '2027-02-01T08:00:00Z' })).removed.files).toBe(1);
    await writer.add(lake, [sample('c', 4, 20n), sample('b', 3, 9n)]);
    writer.close();
    expect(await book(lake, '2027-02-01T09:00:00Z')).toMatchObject({ duplicates: 1 });
    expect(await total()).toEqual(['15']);
    expect(await checks(lake)).toEqual(['sealed-2026-12-02: 1 of its 1 objects are past their retention']);
  });

  it('a late object of an expired date stays until its own booking is sealed, and then goes', async () => {
    const lake = copyOf(base);
    await retain(lake);
    await deliver(lake, '2026-10-01T15:00:00Z', [line('acme', 50, '2026-10-01T14:00:00Z')]);
    await book(lake, NOW);
    expect(await retain(lake)).toMatchObject({ partitions: [], waiting: [{ emitter: 'acme', dt: '2026-10-01' }] });
    expect(await ask(lake, "select count(*) from events where dt = '2026-10-01'")).toEqual(['1']);
    await book(lake, '2026-11-02T08:00:00Z');
    expect((await retain(lake)).partitions).toMatchObject([{ emitter: 'acme', dt: '2026-10-01', objects: 1 }]);
    expect(await ask(lake, "select count(*) from events where dt = '2026-10-01'")).toEqual(['0']);
    await checks(lake);
  });

  it('never takes what is not booked, or whose date is not sealed', async () => {
    const lake = join(root, 'open');
    const time = '2026-10-01T10:00:00Z';
    await deliver(lake, '2026-10-01T12:00:00Z', [line('acme', 1, time)]);
    expect(await retain(lake)).toMatchObject({ partitions: [], waiting: [], removed: { files: 0 } });
    await book(lake, '2026-10-01T12:05:00Z');
    expect(await retain(lake)).toMatchObject({ partitions: [], waiting: [{ emitter: 'acme' }], removed: { files: 0 } });
    await book(lake, '2026-10-02T12:05:00Z');
    expect(await retain(lake)).toMatchObject({ removed: { files: 1 } });
  });

  it('goes by tenant, then plan, then default', async () => {
    const lake = copyOf(base);
    const tenant = (id: string, over: object) => ({ id, ...over }) as never;
    const daysOf = retentionRules({
      tenants: [tenant('acme', { plan: 'pro', retention_days: 29 }), tenant('globex', { plan: 'pro' })],
      plans: [{ id: 'pro', retention_days: 90 } as never],
      retention: retentionSettingsSchema.parse({ days: 400 }),
    });
    expect(['acme', 'globex', '_shared'].map(daysOf)).toEqual([29, 90, 400]);
    const { partitions } = await retain(lake, { daysOf });
    expect(partitions.map(({ emitter, dt }) => `${emitter} ${dt}`)).toEqual(['acme 2026-10-01', 'acme 2026-10-02']);
    await checks(lake);
  });

  it('takes compacted lines as well, and with them what they replaced', async () => {
    const lake = copyOf(base);
    const at = '2026-10-20T08:00:00Z';
    const compaction = { before: '2026-10-10' as UtcDay, targetBytes: 2 ** 27, wholeDates: true, graceMs: 86_400_000 };
    await compactLake({ ...limits, lake, lock, clock: () => Date.parse(at), dryRun: false, ...compaction });
    const sums = await allSums(lake);
    expect((await retain(lake)).removed.files).toBe(3 + 2);
    expect(filesIn(lake, 'events_compacted').every((path) => path.includes('dt=2026-10-02'))).toBe(true);
    expect(await allSums(lake)).toEqual(sums);
    await checks(lake);
    await compactLake({ ...limits, lake, lock, clock: () => Date.parse(NOW), dryRun: false, ...compaction });
    await checks(lake);
  });

  it('a ledger whose lines are gone is not rebuilt from nothing, and says so before it changes anything', async () => {
    const lake = copyOf(base);
    await retain(lake);
    const before = ledgerFiles(lake);
    expect((await rebuildLedger({ ...limits, lake })).replaced).toEqual([]);
    expect(ledgerFiles(lake)).toEqual(before);
    rmSync(join(lake, 'ledger/bookings/sealed-2026-10-01'), { recursive: true });
    rmSync(join(lake, 'ledger/bookings/sealed-2026-10-02'), { recursive: true });
    await expect(rebuildLedger({ ...limits, lake })).rejects.toThrow(/the merge of a sealed date is gone/);
    await expect(book(lake, NOW)).rejects.toThrow(/a booking is gone whose lines are past their retention/);
  });
});

it('takes what a compaction that died left half in its place, also a date at a time (regression: it stayed for good)', async () => {
  const lake = copyOf(base);
  const days = { targetBytes: 128 * 1024 * 1024, before: '2026-10-03' as UtcDay, wholeDates: false, dryRun: false };
  await compactLake({
    ...limits,
    lake,
    lock,
    ...days,
    graceMs: 86_400_000,
    clock: () => Date.parse('2026-10-05T09:00:00Z'),
  });
  const [compaction] = await entriesOf(lake, 'compaction');
  if (compaction === undefined) throw new Error('nothing was compacted');
  // As if one more file of each partition had never been put in its place: nobody reads those that were.
  const partitions = compaction.partitions.map((one) => ({
    ...one,
    to: one.to.flatMap((file) => [file, { ...file, object: `${file.object}.another` }]),
  }));
  const name = `${String(compaction.number).padStart(10, '0')}.json`;
  writeFileSync(join(lake, LAKE.manifests, name), `${JSON.stringify({ ...compaction, partitions })}\n`);
  expect(filesIn(lake, LAKE.compacted)).not.toEqual([]);
  const files = { ...localFiles(lake), finishInterrupted: async () => 0 };
  const log = await KnownLog.open(localStore(lake), { journal: false });
  const options = { ...limits, clock: () => Date.parse(NOW), errorsDays: 30, dryRun: false };
  const merged = (entries: Parameters<typeof mergedDates>[1]) => mergedDates(lake, entries);
  await retainDates(files, log, { ...options, merged, daysOf: () => 30 }, 1);
  const left = [...filesIn(lake, LAKE.events), ...filesIn(lake, LAKE.compacted)];
  expect(left.filter((path) => path.includes('dt=2026-10-01'))).toEqual([]);
  expect(left.filter((path) => path.includes('dt=2026-10-02'))).not.toEqual([]);
});

describe('a retention that is interrupted', () => {
  it.each(['written', 'claimed', 'removed'] as const)('when %s is finished by the next', async (point) => {
    const lake = copyOf(base);
    const sums = await allSums(lake);
    const fault = (at: string): void => {
      if (at === point) throw new Error('crash');
    };
    await expect(retain(lake, { fault })).rejects.toThrow('crash');
    expect(await allSums(lake)).toEqual(sums);
    await checks(lake);
    await retain(lake);
    expect(filesIn(lake, 'events')).toHaveLength(3);
    expect(filesIn(lake, 'ledger/ids')).toHaveLength(1);
    expect(await entriesOf(lake, 'retention')).toHaveLength(1);
    expect(filesIn(lake, '.staging')).toEqual([]);
    await checks(lake);
  });
});
