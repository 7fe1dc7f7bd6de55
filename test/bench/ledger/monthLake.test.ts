import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dateOf, FIRST_DAY, writeBenchDay } from '../../../bench/ledger/benchLake.js';
import { handWritten, usageOf } from '../../../bench/ledger/handWritten.js';
import { writeBenchMonth } from '../../../bench/ledger/monthLake.js';
import { buildRegistry } from '../../../model/index.js';
import {
  buildLedger,
  findReport,
  openDuckDb,
  parseParameters,
  runReport,
  verifyLedger,
} from '../../../queries/index.js';

const root = mkdtempSync(join(tmpdir(), 'bench-ledger-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const limits = { memoryMb: 256, threads: 1 };

it('a month of the benchmark is what the product would have built of the same lines, and its report reads it', async () => {
  const lake = join(root, 'month');
  const bytes = await writeBenchMonth(lake, { days: 4, tenants: 2, objects: 2, events: 4000 }, 1);
  expect(bytes).toBeGreaterThan(10_000);
  expect(await verifyLedger({ ...limits, lake })).toMatchObject({ ok: true, differing: [] });
  const engine = await openDuckDb({ ...limits, lake, listPrices: [], registry: buildRegistry({ tenants: [] }) });
  expect(engine.gaps).toEqual([]);
  const report = findReport('tenant-usage-by-day');
  const window = { start: FIRST_DAY, end: Date.parse(dateOf(4)) };
  const { rows, stats } = await runReport(
    engine,
    report,
    parseParameters(report, ['tenant_id=tenant-0001'], { window }),
  );
  // 500 lines a day, a half, a whole, one and a half or two units each; of 250 an object 2 are duplicates.
  const used = [0, 1, 2, 3].map((day) => [dateOf(day), 'DynamoDB', 'read_units', 'ReadUnits', '619', 496n]);
  expect(rows).toEqual(used);
  // Nothing has arrived yet that would end the last hour.
  expect(stats.completeness).toBe('98.9 % (1 of 96 tenant-hours open: tenant-0001 2026-10-04 23:00)');
  await engine.close();
});

it('the statement of the benchmark gives the rows of a day’s ledger', async () => {
  const lake = join(root, 'day');
  await writeBenchDay(lake, { day: 0, tenants: 3, objects: 2, lines: 3000, shape: 'full' }, 1);
  const built = await buildLedger({ ...limits, lake, clock: () => FIRST_DAY });
  expect(built).toMatchObject({ rows: 3000, events: 2970, duplicates: 30 });
  await handWritten(lake, join(root, 'usage.parquet'), limits);
  const [own, ours] = [
    await usageOf(join(root, 'usage.parquet')),
    await usageOf(join(lake, 'ledger/bookings/0000000001/usage.parquet')),
  ];
  expect(ours.length).toBeGreaterThan(500);
  expect(own).toEqual(ours);
});
