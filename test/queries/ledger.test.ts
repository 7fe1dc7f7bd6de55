import { cpSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';
import {
  buildLedger,
  findReport,
  formatReconcile,
  openDuckDb,
  parseParameters,
  reconcile,
  runReport,
  watermark,
} from '../../queries/index.js';
import { ledgerLines } from '../e2e/truth.js';

const root = mkdtempSync(join(tmpdir(), 'ledger-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const NOW = Date.parse('2026-11-23T12:30:00Z');
const registry = buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })] });
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1, clock: () => NOW });

let count = 0;
async function add(lake: string, offsets: readonly number[]): Promise<void> {
  const file = join(root, `records-${count++}.ndjson`);
  const line = (offset: number): string =>
    `${JSON.stringify({ time: '2026-11-23T10:00:00Z', log: `line ${offset}`, tenant_id: 'acme', namespace: 'tenant-acme', pod: 'p', container: 'c', file: 'f', offset })}\n`;
  // A blank line makes the content of each file its own, so that equal lines come as duplicates, not as a known file.
  writeFileSync(file, offsets.map(line).join('') + '\n'.repeat(count));
  await runDelivery({
    inputs: [file],
    registry,
    trust: 'namespace',
    platformStream: 'p',
    stream: 's',
    ...settings(lake),
  });
}
const events = (lines: readonly string[]): string | undefined =>
  lines.find((line) => line.includes('log_events'))?.split(': ')[1];

describe('buildLedger', () => {
  it('counts a line once, within a booking and across bookings', async () => {
    const lake = join(root, 'once');
    await add(lake, [1, 2, 2]);
    expect(await buildLedger(settings(lake))).toMatchObject({ bookings: 1, rows: 3, events: 2, duplicates: 1 });
    await add(lake, [2, 3]);
    expect(await buildLedger(settings(lake))).toMatchObject({ bookings: 1, rows: 2, events: 1, duplicates: 1 });
    expect(await buildLedger(settings(lake))).toMatchObject({ bookings: 0, objects: 0 });
    expect(events(await ledgerLines(lake))).toBe('3000000 in 3');
    expect((await reconcile(settings(lake))).ok).toBe(true);
  });

  it.each(['claimed', 'booked'] as const)('is finished by the next run after a crash when %s', async (point) => {
    const lake = join(root, `crash-${point}`);
    await add(lake, [1, 2]);
    const fault = (at: string): void => {
      if (at === point) throw new Error('crash');
    };
    await expect(buildLedger({ ...settings(lake), fault })).rejects.toThrow('crash');
    await buildLedger(settings(lake));
    expect(events(await ledgerLines(lake))).toBe('2000000 in 2');
  });

  it('may run several times at once: each object is booked once', async () => {
    const lake = join(root, 'twice');
    await add(lake, [1, 2]);
    await Promise.all([buildLedger(settings(lake)), buildLedger(settings(lake)), buildLedger(settings(lake))]);
    expect(readdirSync(join(lake, 'ledger/manifests'))).toEqual(['0000000001.json']);
    expect(events(await ledgerLines(lake))).toBe('2000000 in 2');
    expect((await reconcile(settings(lake))).ok).toBe(true);
  });

  it('names tenant and day of an object that is gone', async () => {
    const lake = join(root, 'gone');
    await add(lake, [1]);
    rmSync(join(lake, 'events'), { recursive: true });
    await expect(buildLedger(settings(lake))).rejects.toThrow(
      /tenant acme, day 2026-11-23: an object of the lake is gone/,
    );
  });
});

describe('reconcile', () => {
  it('sees an object nobody delivered, a booking that is missing, and an object that is gone', async () => {
    const lake = join(root, 'tampered');
    await add(lake, [1, 2]);
    expect(formatReconcile(await reconcile(settings(lake)))).toContain('not booked yet: run tenantscope ledger build');
    await buildLedger(settings(lake));
    const partition = join(lake, 'events/tenant_id=acme/dt=2026-11-23');
    const [object = ''] = readdirSync(partition);
    await add(lake, [9]);
    await buildLedger(settings(lake));
    rmSync(join(lake, 'ledger/bookings/0000000002'), { recursive: true });
    const missing = await reconcile(settings(lake));
    expect(missing.checks.filter((check) => !check.ok).map((check) => check.check)).toEqual([
      'booked',
      'booked',
      'ledger',
      'ledger',
    ]);
    await buildLedger(settings(lake));
    writeFileSync(join(partition, 'stray.parquet'), '');
    expect(formatReconcile(await reconcile(settings(lake)))).toMatch(
      /objects: events\/.*stray\.parquet: expected a readable object/,
    );
    rmSync(join(partition, 'stray.parquet'));
    rmSync(join(partition, object));
    const lost = formatReconcile(await reconcile(settings(lake)));
    expect(lost).toContain(`objects: events/tenant_id=acme/dt=2026-11-23/${object}: expected 2 rows`);
    expect(lost).toContain('lines: tenant_id=acme/dt=2026-11-23: expected 3, got 1');
  });
});

describe('what a ledger must not do in silence', () => {
  const objectsOf = (lake: string): string[] => {
    const partition = join(lake, 'events/tenant_id=acme/dt=2026-11-23');
    return readdirSync(partition).map((name) => join(partition, name));
  };

  it('book or pass an object that was cut short', async () => {
    const lake = join(root, 'cut');
    await add(lake, [1, 2]);
    const [object = ''] = objectsOf(lake);
    truncateSync(object, 500);
    await expect(buildLedger(settings(lake))).rejects.toThrow(
      /tenant acme, day 2026-11-23: an object of the lake cannot be read/,
    );
    const result = await reconcile(settings(lake));
    expect(result.ok).toBe(false);
    expect(formatReconcile(result)).toContain('lines: tenant_id=acme/dt=2026-11-23: expected 2, got 0');
  });

  it('pass a booking whose sums were changed, or that no manifest lists', async () => {
    const lake = join(root, 'changed');
    await add(lake, [1, 2]);
    await buildLedger(settings(lake));
    const booking = join(lake, 'ledger/bookings/0000000001');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const usage = join(booking, 'usage.parquet');
    await connection.run(`create table t as select * from read_parquet('${usage}')`);
    await connection.run("update t set quantity_micros = quantity_micros + 1 where meter = 'log_events'");
    await connection.run(`copy t to '${usage}' (format parquet)`);
    connection.closeSync();
    cpSync(booking, join(lake, 'ledger/bookings/0000000007'), { recursive: true });
    const text = formatReconcile(await reconcile(settings(lake)));
    expect(text).toMatch(/ledger: tenant acme \(from acme\), Pipeline\s+log_events, .* expected 2000000, got 2000001/);
    expect(text).toContain('booked: booking 0000000007: expected an entry of the log for it, got none');
  });

  it('read a lake whose path is a pattern', async () => {
    const lake = join(root, 'l[x]');
    await expect(add(lake, [1])).rejects.toThrow(/the path of the lake is a pattern/);
    await expect(buildLedger(settings(lake))).rejects.toThrow(/the path of the lake is a pattern/);
  });

  it('answer without saying what is not booked, or what a share is of', async () => {
    const lake = join(root, 'gaps');
    await add(lake, [1]);
    await buildLedger(settings(lake));
    await add(lake, [2]);
    const window = { start: Date.parse('2026-11-23T00:00:00Z'), end: Date.parse('2026-11-23T11:00:00Z') };
    const share = findReport('tenant-share');
    const engine = await openDuckDb({ ...settings(lake), listPrices: [], registry });
    const known = await runReport(engine, share, parseParameters(share, ['service=Pipeline'], { window }));
    expect(known.warnings).toEqual([
      '1 objects of the lake are not booked: these figures are not complete; run: tenantscope ledger build',
      'Pipeline has no list price: shares are of log_bytes alone; one other meter of it does not count',
    ]);
    expect(known.rows.map((row) => row.slice(1, 5))).toEqual([['acme', '6', 'log_bytes', '1.000000']]);
    const wrong = await runReport(engine, share, parseParameters(share, ['service=pipeline'], { window }));
    expect(wrong.warnings).toContain('the ledger has no service pipeline; did you mean Pipeline?');
    await engine.close();
  });

  it('leave spill folders of its own behind, or share one with another process', async () => {
    const lake = join(root, 'once');
    const engines = await Promise.all([1, 2].map(() => openDuckDb({ ...settings(lake), listPrices: [], registry })));
    const spills = () => readdirSync(join(lake, '.staging')).filter((name) => name.startsWith('duckdb-'));
    expect(spills()).toHaveLength(2);
    for (const engine of engines) await engine.close();
    expect(spills()).toEqual([]);
  });
});

describe('openDuckDb', () => {
  const open = (lake: string) => openDuckDb({ ...settings(lake), listPrices: [], registry });

  it('reads the lake and nothing else', async () => {
    const lake = join(root, 'once');
    const engine = await open(lake);
    expect((await watermark(engine)).dataThrough).toBe(Date.parse('2026-11-23T11:00:00Z'));
    for (const sql of [
      "select * from read_text('/etc/passwd')",
      `copy (select 1) to '${join(root, 'x')}'`,
      "set memory_limit = '1GB'",
      "attach ':memory:' as other",
    ]) {
      await expect(engine.query(sql)).rejects.toThrow(/the query failed/);
    }
    await engine.close();
  });

  it('answers about an unbooked lake without a wrong number', async () => {
    const lake = join(root, 'unbooked');
    await add(lake, [1]);
    const engine = await open(lake);
    expect(await watermark(engine)).toEqual({ dataThrough: null });
    expect((await engine.query('select count(*) from ledger')).rows).toEqual([[0n]]);
    await engine.close();
  });

  it('refuses a folder that is no lake', async () => {
    await expect(open(join(root, 'nowhere'))).rejects.toThrow(/not a lake: expected a folder with lake\.json in it/);
  });
});
