import { cpSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLedger, rebuildLedger, verifyLedger } from '../../queries/index.js';
import { ledgerFiles, type UsageLine, usageWriter } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'rebuild-'));
const clean = join(root, 'clean');
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
const sample = (id: string, hour: number, quantity: bigint, kind: UsageLine['kind']): UsageLine => ({
  id,
  kind,
  quantity,
  emitter: 'acme',
  operation: '',
  series: 's',
  time: Date.UTC(2026, 10, 29, hour),
});

beforeAll(async () => {
  const writer = await usageWriter();
  for (const part of [
    [sample('a', 0, 5n, 'counter'), sample('b', 9, 9n, 'counter'), sample('x', 1, 2n, 'sum')],
    [sample('c', 4, 6n, 'counter'), sample('d', 4, 1n, 'distinct')],
    [sample('e', 2, 1n, 'distinct'), sample('x', 1, 2n, 'sum')],
  ]) {
    await writer.add(clean, part);
    await buildLedger({ ...settings(clean), clock: () => Date.UTC(2026, 11, 2) });
  }
  writer.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let copies = 0;
function copyOf(lake: string): string {
  const copy = join(root, `copy-${copies++}`);
  cpSync(lake, copy, { recursive: true });
  return copy;
}
const bookings = (lake: string): string => join(lake, 'ledger/bookings');

/** Everything that can be wrong with a booking, and what is said of it. */
const DAMAGES: readonly (readonly [string, string, (lake: string) => void | Promise<void>])[] = [
  ['is gone', 'it is missing', (lake) => rmSync(join(bookings(lake), '0000000002'), { recursive: true })],
  ['lost a file', 'series.parquet is missing', (lake) => rmSync(join(bookings(lake), '0000000002/series.parquet'))],
  ['was cut short', 'cannot be compared', (lake) => truncateSync(join(bookings(lake), '0000000002/usage.parquet'), 20)],
  ['was changed', '1 rows too many, 1 missing', (lake) => change(join(bookings(lake), '0000000002/usage.parquet'))],
  [
    'has no manifest',
    'no entry of the log promises it',
    (lake) => cpSync(join(bookings(lake), '0000000001'), join(bookings(lake), '0000000009'), { recursive: true }),
  ],
];

async function change(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`create table t as from read_parquet('${file}')`);
  await connection.run('update t set quantity_micros = quantity_micros + 1 where rowid = 0');
  await connection.run(`copy t to '${file}' (format parquet)`);
  connection.closeSync();
}

describe('verifyLedger', () => {
  it('finds a ledger that is what its manifests give, and leaves nothing behind', async () => {
    const before = ledgerFiles(clean);
    expect(await verifyLedger(settings(clean))).toEqual({ ok: true, bookings: 3, differing: [] });
    expect(ledgerFiles(clean)).toEqual(before);
    expect(readdirSync(join(clean, '.staging'))).toEqual([]);
  });

  it.each(DAMAGES)('says of a booking that %s: %s', async (_what, said, damage) => {
    const lake = copyOf(clean);
    await damage(lake);
    const { ok, differing } = await verifyLedger(settings(lake));
    expect(ok).toBe(false);
    expect(differing).toHaveLength(1);
    expect(differing[0]?.differences.join()).toContain(said);
  });
});

describe('rebuildLedger', () => {
  it.each(DAMAGES)('restores a booking that %s', async (_what, _said, damage) => {
    const lake = copyOf(clean);
    await damage(lake);
    expect((await rebuildLedger(settings(lake))).replaced).toHaveLength(1);
    expect(ledgerFiles(lake)).toEqual(ledgerFiles(clean));
  });

  it('from nothing gives identical content, and has nothing to replace in what is right', async () => {
    const lake = copyOf(clean);
    rmSync(bookings(lake), { recursive: true });
    expect((await rebuildLedger(settings(lake))).replaced).toHaveLength(3);
    expect(ledgerFiles(lake)).toEqual(ledgerFiles(clean));
    expect((await rebuildLedger(settings(lake))).replaced).toEqual([]);
  });

  it('touches nothing when the lake no longer has what was booked', async () => {
    const lake = copyOf(clean);
    truncateSync(join(bookings(lake), '0000000002/usage.parquet'), 20);
    const before = ledgerFiles(lake);
    rmSync(join(lake, 'events'), { recursive: true });
    await expect(rebuildLedger(settings(lake))).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
    expect(ledgerFiles(lake)).toEqual(before);
  });
});
