import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { allocationDecimal, type CostCharge } from '../../../billing/allocation/AllocatedRow.js';
import { allocateCosts, monthWindow, recordAllocation } from '../../../billing/index.js';
import type { RatedUsage } from '../../../billing/rating/rateTenant.js';
import { correctAllocation, sumStated } from '../../../billing/restatement/correctAllocation.js';
import { statedRows } from '../../../billing/restatement/StatedRow.js';
import { allocationSchema, DEFAULT_LIST_PRICES, tenantSchema, type UtcDay } from '../../../model/index.js';

const root = mkdtempSync(join(tmpdir(), 'tenantscope-restated-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const tenants = ['acme', 'globex', 'initech'].map((id) => tenantSchema.parse({ id }));
const allocation = allocationSchema.parse({ shared: ['initech'] });
const period = monthWindow('2026-11');

interface Item {
  readonly id: string;
  readonly cost: bigint;
  readonly day: number;
}
const charge = ({ id, cost, day }: Item): CostCharge => ({
  charge_id: id,
  start: `2026-11-0${day}` as UtcDay,
  end: `2026-11-0${day + 1}` as UtcDay,
  service: 'DynamoDB',
  category: 'Usage',
  unused: false,
  currency: 'USD',
  cost,
  capacity: undefined,
  where: '',
});
const usageOf = (weights: readonly number[]): readonly RatedUsage[] =>
  weights.flatMap((weight, at) =>
    [1, 2, 3].map((day) => ({
      tenant_id: tenants[at]?.id ?? '_unknown',
      service: 'DynamoDB',
      meter: 'read_units',
      unit: 'ReadUnits',
      day: `2026-11-0${day}` as UtcDay,
      quantity_micros: BigInt(weight * day),
    })),
  );
const allocate = (items: readonly Item[], weights: readonly number[] = [5, 3, 2]) =>
  allocateCosts(items.map(charge), allocation, { usage: usageOf(weights), tenants, prices: DEFAULT_LIST_PRICES });

let folders = 0;
const outDir = (): string => join(root, String(folders++));
const bill = { format: 'FOCUS', basis: 'effective', files: [], charges: [], notes: [] } as const;
const record = (out: string, items: readonly Item[], weights?: readonly number[]) =>
  recordAllocation({ outDir: out, period, bill, costs: allocate(items, weights), allocation });
const rowsOf = (folder: string): Record<string, string>[] =>
  parse(readFileSync(join(folder, 'allocated.csv')), { columns: true });

const item = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  cost: fc.bigInt(-(10n ** 14n), 10n ** 14n),
  day: fc.integer({ min: 1, max: 3 }),
});
const version = fc.record({
  items: fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 4 }),
  weights: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 4, maxLength: 4 }),
});
const sums = (rows: readonly Parameters<typeof sumStated>[0][number][]) =>
  [...sumStated(rows)].map(([key, { amount, ratio }]) => [key, amount, ratio]).sort();

describe('correctAllocation', () => {
  it('ends at the latest version over any sequence, and says nothing when nothing changed', () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1, maxLength: 6 }), (versions) => {
        const kept: Parameters<typeof sumStated>[0][number][] = [];
        for (const { items, weights } of versions) {
          const rows = statedRows(allocate(items, weights), allocation);
          kept.push(...correctAllocation(kept, rows));
          expect(sums(kept)).toEqual(sums(rows));
          expect(correctAllocation(kept, rows)).toEqual([]);
        }
      }),
    );
  });
});

describe('recordAllocation', () => {
  it('keeps a restated bill as corrections that name the days first charged, and never touches what was kept', async () => {
    const out = outDir();
    const first = await record(out, [
      { id: 'a', cost: 10n * 10n ** 12n, day: 1 },
      { id: 'b', cost: 4n * 10n ** 12n, day: 2 },
    ]);
    const before = readFileSync(join(first.folder, 'allocated.csv'));
    expect(first).toMatchObject({ version: 1, written: { rows: 8, net: '14' } });
    expect(rowsOf(first.folder).every(({ ChargeClass }) => ChargeClass === '')).toBe(true);
    expect(rowsOf(first.folder)[0]).toMatchObject({
      AllocatedMethodDetails: '{"Elements":[{"AllocatedRatio":0.5}]}',
      AllocatedMethodId: 'usage-proportional/v1',
      AllocatedResourceId: 'acme',
    });

    const restated = [
      { id: 'a', cost: 8n * 10n ** 12n, day: 1 },
      { id: 'c', cost: 1n * 10n ** 12n, day: 3 },
    ];
    const second = await record(out, restated);
    expect(second).toMatchObject({ version: 2, written: { net: '-5' } });
    const rows = rowsOf(second.folder);
    expect(
      rows.map((row) => [
        row.ChargeClass,
        row.x_ChargeId,
        row.ChargePeriodStart,
        row.AllocatedResourceId,
        row.x_PassedFrom,
        row.x_AllocatedCost,
        row.x_AllocatedRatio,
      ]),
    ).toEqual([
      ['Correction', 'a', '2026-11-01T00:00:00Z', 'acme', '', '-1', '0'],
      ['Correction', 'a', '2026-11-01T00:00:00Z', 'acme', 'initech', '-0.25', '0'],
      ['Correction', 'a', '2026-11-01T00:00:00Z', 'globex', '', '-0.6', '0'],
      ['Correction', 'a', '2026-11-01T00:00:00Z', 'globex', 'initech', '-0.15', '0'],
      ['Correction', 'b', '2026-11-02T00:00:00Z', 'acme', '', '-2', '-0.5'],
      ['Correction', 'b', '2026-11-02T00:00:00Z', 'acme', 'initech', '-0.5', '-0.125'],
      ['Correction', 'b', '2026-11-02T00:00:00Z', 'globex', '', '-1.2', '-0.3'],
      ['Correction', 'b', '2026-11-02T00:00:00Z', 'globex', 'initech', '-0.3', '-0.075'],
      ['Correction', 'c', '2026-11-03T00:00:00Z', 'acme', '', '0.5', '0.5'],
      ['Correction', 'c', '2026-11-03T00:00:00Z', 'acme', 'initech', '0.125', '0.125'],
      ['Correction', 'c', '2026-11-03T00:00:00Z', 'globex', '', '0.3', '0.3'],
      ['Correction', 'c', '2026-11-03T00:00:00Z', 'globex', 'initech', '0.075', '0.075'],
    ]);
    expect(readFileSync(join(first.folder, 'allocated.csv')).equals(before)).toBe(true);
    expect(await record(out, restated)).toMatchObject({ version: 2, written: null });
    expect(readdirSync(join(out, 'allocation/BILLING_PERIOD=2026-11'))).toEqual(['version=0001', 'version=0002']);
  });

  it('adds all versions up to the latest bill, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(version, { minLength: 1, maxLength: 4 }), async (versions) => {
        const out = outDir();
        let last = allocate([]);
        for (const { items, weights } of versions) {
          await record(out, items, weights);
          last = allocate(items, weights);
        }
        const kept = join(out, 'allocation/BILLING_PERIOD=2026-11');
        const total = new Map<string, bigint>();
        for (const name of readdirSync(kept))
          for (const row of rowsOf(join(kept, name))) {
            const key = `${row.x_ChargeId} ${row.AllocatedResourceId}`;
            const [whole = '', fraction = ''] = (row.x_AllocatedCost ?? '').replace('-', '').split('.');
            const amount = BigInt(whole + fraction.padEnd(12, '0')) * (row.x_AllocatedCost?.startsWith('-') ? -1n : 1n);
            total.set(key, (total.get(key) ?? 0n) + amount);
          }
        const expected = new Map<string, bigint>();
        for (const { charge_id, recipient, amount } of last.rows)
          expected.set(`${charge_id} ${recipient}`, (expected.get(`${charge_id} ${recipient}`) ?? 0n) + amount);
        const plain = (of: ReadonlyMap<string, bigint>) => [...of].filter(([, amount]) => amount !== 0n).sort();
        expect(plain(total)).toEqual(plain(expected));
        const { control_totals } = JSON.parse(
          readFileSync(join(kept, readdirSync(kept).at(-1) ?? '', 'manifest.json'), 'utf8'),
        );
        expect(typeof control_totals.total).toBe('string');
      }),
      { numRuns: 20 },
    );
  });

  it('gives the same bytes for the same bill and usage', async () => {
    const items = [{ id: 'a', cost: 123n, day: 1 }];
    const [one, two] = [await record(outDir(), items), await record(outDir(), items)];
    for (const name of ['allocated.csv', 'manifest.json'])
      expect(readFileSync(join(one.folder, name)).equals(readFileSync(join(two.folder, name)))).toBe(true);
  });

  it('refuses what was changed, another currency and another cost, and writes nothing', async () => {
    const out = outDir();
    const items = [{ id: 'a', cost: 10n ** 12n, day: 1 }];
    const { folder } = await record(out, items);
    const costs = allocate([{ id: 'a', cost: 2n * 10n ** 12n, day: 1 }]);
    const again = { outDir: out, period, bill, costs, allocation };
    await expect(recordAllocation({ ...again, bill: { ...bill, basis: 'billed' } })).rejects.toThrow(
      /a version of an allocation has another cost: expected effective, got billed/,
    );
    await expect(recordAllocation({ ...again, costs: { ...costs, currency: 'EUR' } })).rejects.toThrow(
      /another currency: expected USD, got EUR/,
    );
    const file = join(folder, 'allocated.csv');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('acme', 'acmf'));
    await expect(recordAllocation(again)).rejects.toThrow(
      /allocated\.csv: a kept allocation was changed: expected SHA-256/,
    );
    writeFileSync(file, text);
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    writeFileSync(join(folder, 'manifest.json'), manifest.replace('"supersedes": null', '"supersedes": "x"'));
    await expect(recordAllocation(again)).rejects.toThrow(
      /manifest\.json: a kept allocation was changed: expected supersedes null, got x/,
    );
    writeFileSync(join(folder, 'manifest.json'), manifest);
    mkdirSync(join(folder, '../version=0003'));
    await expect(recordAllocation(again)).rejects.toThrow(/expected version=0002, got version=0003/);
    rmSync(join(folder, '../version=0003'), { recursive: true });
    expect(readdirSync(join(folder, '..'))).toEqual(['version=0001']);
  });

  it('lets one of two runs at once win, and tells the other', async () => {
    const out = outDir();
    const runs = await Promise.allSettled([1n, 2n, 3n].map((cost) => record(out, [{ id: 'a', cost, day: 1 }])));
    const won = runs.filter(({ status }) => status === 'fulfilled');
    expect(won.length).toBeGreaterThanOrEqual(1);
    for (const run of runs)
      if (run.status === 'rejected') expect(String(run.reason)).toMatch(/another run kept this version first/);
    const kept = join(out, 'allocation/BILLING_PERIOD=2026-11');
    expect(readdirSync(kept)).toHaveLength(won.length);
    const total = readdirSync(kept).map(
      (name) => JSON.parse(readFileSync(join(kept, name, 'manifest.json'), 'utf8')).control_totals.total,
    );
    expect([1n, 2n, 3n].map(allocationDecimal)).toContain(total.at(-1));
  });
});
