import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';
import { buildLedger, formatReconcile, openDuckDb, reconcile, watermark } from '../../queries/index.js';
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
  it('sees an object nobody delivered, a booking that is missing, and a ledger that was changed', async () => {
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
    await expect(reconcile(settings(lake))).rejects.toThrow();
    rmSync(join(partition, 'stray.parquet'));
    rmSync(join(partition, object));
    const lost = formatReconcile(await reconcile(settings(lake)));
    expect(lost).toContain(`objects: events/tenant_id=acme/dt=2026-11-23/${object}: expected 2 rows`);
    expect(lost).toContain('lines: tenant_id=acme/dt=2026-11-23: expected 3, got 1');
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
