import { mkdirSync } from 'node:fs';
import Big from 'big.js';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { explainChange } from '../../../billing/diff/explainChange.js';
import { diffPackages, type ExportRequest, exportPeriod, formatDifference } from '../../../billing/index.js';
import { cardOf, folderOf, ledgerOf, reads, requestOf, tenantsOf, type Used } from '../billFixture.js';

const folder = folderOf('diff');
afterAll(() => folder.remove());
let ledgers = 0;

const used: readonly Used[] = [
  ['acme', 'DynamoDB.read_units', '2026-11-02 10', 100],
  ['globex', 'DynamoDB.read_units', '2026-11-03 10', 50],
];
const cards = [cardOf(reads('0.1'))];
async function exported(home: string, rows: readonly Used[], more: Partial<ExportRequest> = {}): Promise<string> {
  const path = folder.at(`ledger-${ledgers++}`);
  mkdirSync(path);
  const engine = await ledgerOf(path, rows);
  const { folder: written } = await exportPeriod(requestOf(engine, folder.at(home), { rateCards: cards, ...more }));
  await engine.close();
  return written;
}

describe('diff', () => {
  it('names the one row of usage that changed', async () => {
    const before = await exported('usage', used);
    const after = await exported('usage', [...used, ['acme', 'DynamoDB.read_units', '2026-11-02 12', 7]]);
    const difference = await diffPackages(before, after);
    expect(difference).toMatchObject({
      difference: '0.7',
      causes: { usage: '0.7', rate: '0', policy: '0', late: '0', rounding: '0' },
      changes: [
        {
          ...{ tenant_id: 'acme', sku: 'DynamoDB.read_units', day: '2026-11-02', before: '10', after: '10.7' },
          ...{ quantity_before: '100', quantity_after: '107', causes: { usage: '0.7' } },
        },
      ],
    });
    expect(formatDifference(difference)).toBe(`2026-11: version 1 15.00 USD, version 2 15.70 USD, difference 0.7
  usage     0.7
1 changes:
  acme DynamoDB.read_units 2026-11-02: 0.7 (usage 0.7, quantity 100 to 107)`);
    expect((await diffPackages(after, before)).causes.usage).toBe('-0.7');
    expect(formatDifference(await diffPackages(after, after))).toContain('no charge differs');
  });

  it('tells the price from the usage where both changed', async () => {
    const before = await exported('rate', used);
    const rateCards = [cardOf(reads('0.2'))];
    const dearer = await exported('rate', used, { rateCards });
    expect((await diffPackages(before, dearer)).causes).toMatchObject({ usage: '0', rate: '15' });
    const both = await exported('rate', [...used, ['acme', 'DynamoDB.read_units', '2026-11-02 12', 7]], { rateCards });
    expect((await diffPackages(before, both)).causes).toMatchObject({ usage: '0.7', rate: '15.7' });
  });

  it('tells what the registry changed, and who pays instead', async () => {
    const card = { ...cardOf(reads('0.1')), plans: { pro: { prices: cardOf(reads('0.05')).prices, remove: [] } } };
    const rateCards = [card as never];
    const before = await exported('policy', used, { rateCards });
    const tenants = tenantsOf(
      { id: 'acme', billing_account: 'A-1', plan: 'pro' },
      { id: 'globex', billing_account: 'B-2' },
    );
    const after = await exported('policy', used, { rateCards, tenants });
    const { causes, changes } = await diffPackages(before, after);
    expect(causes).toMatchObject({ policy: '-5', usage: '0', rate: '0' });
    expect(changes.map(({ tenant_id, difference, account }) => [tenant_id, difference, account])).toEqual([
      ['acme', '-5', null],
      ['globex', '0', { before: 'A-1', after: 'B-2' }],
    ]);
  });

  it('gives usage that was there all along no part where a price, or the tenant, is new or gone', async () => {
    const writes: Used = ['acme', 'DynamoDB.write_units', '2026-11-02 10', 10];
    const priced = [cardOf(reads('0.1'), reads('0.5', { meter: 'write_units' }))];
    const before = await exported('unbilled', [...used, writes]);
    const after = await exported('unbilled', [...used, writes], { rateCards: priced });
    expect((await diffPackages(before, after)).causes).toMatchObject({ rate: '5', usage: '0', policy: '0' });
    expect((await diffPackages(after, before)).causes).toMatchObject({ rate: '-5', usage: '0', policy: '0' });
    const tenants = tenantsOf({ id: 'acme', billing_account: 'A-1' });
    const without = await exported('unbilled', [...used, writes], { rateCards: priced, tenants });
    expect((await diffPackages(after, without)).causes).toMatchObject({ policy: '-5', usage: '0', rate: '0' });
    expect((await diffPackages(without, before)).causes).toMatchObject({ policy: '5', usage: '0', rate: '-5' });
    const more = await exported('unbilled', [...used, writes, ['acme', 'DynamoDB.read_units', '2026-11-09 10', 1]]);
    expect((await diffPackages(before, more)).causes).toMatchObject({ usage: '0.1', rate: '0', policy: '0' });
  });

  it('refuses packages of two months', async () => {
    const before = await exported('months', used);
    const december = await exported('months', used, { period: '2026-12' });
    await expect(diffPackages(before, december)).rejects.toMatchObject({ code: 'PARAMETER_INVALID' });
  });
});

describe('explainChange', () => {
  const side = fc.option(
    fc
      .record({
        consumed: fc.option(fc.integer({ min: -50, max: 50 })),
        price: fc.integer({ min: 0, max: 9 }),
        cost: fc.integer(),
      })
      .map(({ consumed, price, cost }) => ({
        ...{ cost: new Big(cost), account: 'A', tags: null, pricingUnit: 'Units', unitPrice: new Big(price) },
        ...{
          consumed: consumed === null ? null : new Big(consumed),
          priced: consumed === null ? null : new Big(consumed),
        },
      })),
    { nil: undefined },
  );
  const flag = fc.boolean();

  it('divides every difference into parts that add up to it, and gives unchanged usage no part', () => {
    fc.assert(
      fc.property(
        side,
        side,
        flag,
        flag,
        flag,
        flag,
        (before, after, ratesDiffer, registryDiffers, overDiffers, late) => {
          const about = { service: 'S', category: 'Usage', isCorrection: late, unbilled: null };
          const causes = explainChange(about, before, after, { ratesDiffer, registryDiffers, overDiffers });
          const sum = Object.values(causes).reduce((total, part) => total.plus(part), new Big(0));
          expect(sum.eq((after?.cost ?? new Big(0)).minus(before?.cost ?? 0))).toBe(true);
          const same = before?.consumed?.toFixed() === after?.consumed?.toFixed();
          if (same && (ratesDiffer || registryDiffers)) expect(causes.usage).toBeUndefined();
        },
      ),
    );
  });
});
