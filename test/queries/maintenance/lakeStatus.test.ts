import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UtcDay } from '../../../model/index.js';
import { checkFooters, compactLake, lakeStatus, retainLake } from '../../../queries/index.js';
import { writeHandMadeObject } from '../handMadeObject.js';
import { book, deliver, filesIn, limits, lock } from './lakes.js';

const root = mkdtempSync(join(tmpdir(), 'status-'));
const lake = join(root, 'lake');
afterAll(() => rmSync(root, { recursive: true, force: true }));
const NOW = '2026-11-25T08:00:00Z';
const clock = () => Date.parse(NOW);
const compaction = { before: '2026-11-24' as UtcDay, targetBytes: 2 ** 27, graceMs: 86_400_000 };
const status = (of: string, over: Partial<Parameters<typeof lakeStatus>[0]> = {}) =>
  lakeStatus({ lake: of, clock, ...compaction, daysOf: () => undefined, errorsDays: 30, ...over });

beforeAll(async () => {
  const line = (tenant: string, offset: number, time: string) => ({ tenant, offset, time });
  await deliver(lake, '2026-11-20T12:00:00Z', [
    line('acme', 1, '2026-11-20T10:00:00Z'),
    line('globex', 1, '2026-11-20T10:00:00Z'),
  ]);
  await deliver(lake, '2026-11-20T13:00:00Z', [
    line('acme', 2, '2026-11-20T11:30:00Z'),
    line('a b', 2, '2026-11-20T11:30:00Z'),
  ]);
  const rows = `select 'x' as event_id, timestamp '2026-11-22 10:00:00' as id_hour, timestamp '2026-11-22 10:00:01' as event_time,
    timestamp '2026-11-22 10:00:02' as arrival_time`;
  await writeHandMadeObject(lake, { emitter: 'acme', dt: '2026-11-22', name: 'old', rows });
  await book(lake, '2026-11-22T12:00:00Z');
  await book(lake, '2026-11-23T12:00:00Z');
  await deliver(lake, '2026-11-23T13:00:00Z', [line('acme', 3, '2026-11-23T11:30:00Z')]);
});

describe('lake status', () => {
  it('says what each tenant has, and all together', async () => {
    const { tenants, total, errors, ledger, staging, unread } = await status(lake);
    expect(tenants.map(({ tenant }) => tenant)).toEqual(['acme', 'globex']);
    expect(tenants[0]).toMatchObject({
      files: 4,
      rows: 4,
      smallFiles: 2,
      smallFileRatio: 0.5,
      oldestDt: '2026-11-20',
      newestDt: '2026-11-23',
      firstEventHour: '2026-11-20T10:00:00.000Z',
      lastEventHour: '2026-11-22T10:00:00.000Z',
      schemaVersions: { 0: 1, 1: 2, unknown: 1 },
      unbooked: 1,
      expired: 0,
    });
    expect(total).toMatchObject({ tenant: 'all', files: 5, rows: 5, smallFileRatio: 0.4 });
    expect(total.bytes).toBe(tenants.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(errors).toMatchObject({ files: 1, oldest: '2026-11-20', newest: '2026-11-20', pastRetention: 0 });
    expect(ledger).toMatchObject({ bookings: 1, unfinished: 0, sealedDates: 1, parts: 1, entries: 2 });
    expect(staging.files).toBe(0);
    expect(unread.files).toBe(0);
  });

  it('says what compaction and retention would do, and they do that', async () => {
    const copy = join(root, 'copy');
    cpSync(lake, copy, { recursive: true, preserveTimestamps: true });
    const daysOf = (emitter: string): number | undefined => (emitter === 'globex' ? 2 : undefined);
    const before = await status(copy, { daysOf, errorsDays: 2 });
    expect(before.compaction).toMatchObject({ cut: null, partitions: 1, files: 2, into: 1, removable: { files: 0 } });
    expect(before.retention).toMatchObject({ objects: 1, rows: 1, waiting: 0 });
    expect(before.errors.pastRetention).toBe(1);
    const work = { ...limits, lake: copy, lock, clock, dryRun: false };
    expect(await compactLake({ ...work, ...compaction, wholeDates: false })).toMatchObject({
      partitions: 1,
      before: { files: 2 },
    });
    expect(await retainLake({ ...work, daysOf, errorsDays: 2 })).toMatchObject({
      removed: { files: 1 },
      errors: { files: 1 },
    });
    const after = await status(copy, { daysOf, errorsDays: 2, clock: () => Date.parse(NOW) + 86_400_000 });
    expect(after.compaction).toMatchObject({ cut: '2026-11-24', partitions: 0, removable: { files: 2 } });
    expect(after.retention.objects).toBe(0);
    expect(after.unread.files).toBe(2);
    expect(after.tenants).toMatchObject([
      { tenant: 'acme', files: 3, rows: 4, smallFiles: 0 },
      { tenant: 'globex', files: 0, rows: 0, oldestDt: null, firstEventHour: null, expired: 1 },
    ]);
  });

  it('names what runs that died have left', async () => {
    const copy = join(root, 'left');
    cpSync(lake, copy, { recursive: true });
    mkdirSync(join(copy, '.staging/compaction-0123'), { recursive: true });
    writeFileSync(join(copy, '.staging/compaction-0123/x'), 'half');
    expect((await status(copy)).staging).toEqual({ files: 1, bytes: 4, folders: ['compaction-0123'] });
  });

  it('opens no file of events unless asked for footers, and then finds what cannot be read or has other rows', async () => {
    const copy = join(root, 'damaged');
    cpSync(lake, copy, { recursive: true });
    expect(await checkFooters({ ...limits, lake: copy })).toEqual({ files: 5, rows: 5, differing: [] });
    const [one = '', two = ''] = filesIn(copy, 'events').filter((path) => path.includes('dt=2026-11-20'));
    truncateSync(join(copy, one), 10);
    const rows = "select 'x' as event_id union all select 'y'";
    cpSync(
      join(
        root,
        'other',
        await writeHandMadeObject(join(root, 'other'), { emitter: 'a', dt: '2026-11-20', name: 'two', rows }),
      ),
      join(copy, two),
    );
    expect((await status(copy)).total.files).toBe(5);
    expect((await checkFooters({ ...limits, lake: copy })).differing).toEqual([
      `${one} cannot be read`,
      `${two} has 2 rows, the log says 1`,
    ]);
  });
});
