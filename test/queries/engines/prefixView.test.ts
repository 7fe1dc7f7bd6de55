import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_COLUMNS, type UtcDay } from '../../../model/index.js';
import { prefixCut, prefixView } from '../../../queries/engines/prefixView.js';
import { compactLake } from '../../../queries/index.js';
import { listFiles } from '../../../queries/lake/listFiles.js';
import { readObjectIndex } from '../../../queries/lake/readObjectIndex.js';
import { readLog } from '../../../queries/ledger/ledgerLog.js';
import { cutOf } from '../../../queries/maintenance/compaction/compactionLog.js';
import { ask, book, deliver, limits, lock } from '../maintenance/lakes.js';

const root = mkdtempSync(join(tmpdir(), 'prefix-'));
const base = join(root, 'base');
afterAll(() => rmSync(root, { recursive: true, force: true }));
let copies = 0;
const copyOf = (lake: string): string => {
  const copy = join(root, `copy-${copies++}`);
  cpSync(lake, copy, { recursive: true, preserveTimestamps: true });
  return copy;
};

const compact = (lake: string, before: string, over: Partial<Parameters<typeof compactLake>[0]> = {}) =>
  compactLake({
    ...limits,
    lake,
    lock,
    clock: () => Date.parse('2026-11-25T08:00:00Z'),
    before: before as UtcDay,
    targetBytes: 128 * 1024 * 1024,
    wholeDates: false,
    graceMs: 86_400_000,
    dryRun: false,
    ...over,
  });

beforeAll(async () => {
  for (const [day, hour] of [
    ['21', '10'],
    ['21', '11'],
    ['22', '10'],
    ['22', '11'],
    ['23', '10'],
  ]) {
    const time = `2026-11-${day}T${hour}:00:00Z`;
    const tenants = day === '22' ? ['acme', 'globex'] : ['acme'];
    await deliver(
      base,
      time,
      tenants.map((tenant) => ({ tenant, offset: Number(day) * 100 + Number(hour), time })),
    );
    await book(base, time);
  }
  const time = '2026-11-21T15:00:00Z';
  // Alone in its partition: a compaction leaves it where it is.
  await deliver(base, time, [{ tenant: 'globex', offset: 1, time }]);
  await book(base, time);
});

/** Reads the lake as an engine would that lists prefixes, and compares it with what the named files hold. */
async function expectWhole(lake: string): Promise<string> {
  const log = await readLog(lake);
  const files = [...(await listFiles(lake, 'events')), ...(await listFiles(lake, 'events_compacted'))];
  const cut = prefixCut(cutOf(log), await readObjectIndex(lake, log), files);
  const over = (folder: string): string =>
    `read_parquet('${lake}/${folder}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false, filename = true)`;
  const view = prefixView(cut, {
    events: over('events'),
    compacted: over('events_compacted'),
    path: 'filename',
    place: (object) => join(lake, object),
    columns: ['tenant_id', 'dt', ...EVENT_COLUMNS.map(({ name }) => name)].join(', '),
  });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const read = async (what: string): Promise<readonly string[]> => {
    const rows = await connection.runAndReadAll(`select ${what} from (${view}) order by all`);
    return rows.getRows().map((row) => row.map(String).join('|'));
  };
  expect(await read('tenant_id, dt, event_id, body')).toEqual(
    await ask(lake, 'select tenant_id, dt, event_id, body from events order by all'),
  );
  connection.closeSync();
  instance.closeSync();
  return view;
}

describe('the view over two prefixes', () => {
  it('reads everything as delivered before the first compaction', async () => {
    expect(await expectWhole(base)).not.toContain('events_compacted');
  });

  it('moves one date with a compaction, and names only what it left', async () => {
    const lake = copyOf(base);
    await compact(lake, '2026-11-23');
    const view = await expectWhole(lake);
    expect(view).toContain("dt >= '2026-11-23'");
    expect(view).toContain("dt < '2026-11-23'");
    expect(view.match(/\.parquet'[,)]/g)).toHaveLength(1 + 3);
    await compact(lake, '2026-11-23', { wholeDates: true });
    expect((await expectWhole(lake)).split('union all')).toHaveLength(2);
  });

  it('reads what came late, and no row twice while old files are still there', async () => {
    const lake = copyOf(base);
    await compact(lake, '2026-11-23');
    for (const offset of [7, 8]) {
      const time = `2026-11-22T2${offset - 6}:00:00Z`;
      await deliver(lake, time, [{ tenant: 'acme', offset, time }]);
    }
    await book(lake, '2026-11-26T08:00:00Z');
    await expectWhole(lake);
    // Now what the first compaction wrote lies beside what took its place.
    expect((await compact(lake, '2026-11-23')).partitions).toBe(1);
    await expectWhole(lake);
    await compact(lake, '2026-11-23', { clock: () => Date.parse('2026-11-28T08:00:00Z') });
    await expectWhole(lake);
  });

  it('reads one tenant compacted ahead of the cut once', async () => {
    const lake = copyOf(base);
    await compact(lake, '2026-11-23', { tenant: 'acme' });
    expect(await expectWhole(lake)).not.toContain("dt >= '2026-11-23'");
  });
});
