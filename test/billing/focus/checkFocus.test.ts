import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFocus } from '../../../billing/focus/checkFocus.js';
import { isProduct } from '../../../billing/focus/findWrongProduct.js';
import { focusColumns } from '../../../billing/focus/focusColumns.js';
import { type MemoryDuckDb, openMemory, sqlText } from '../../../queries/index.js';

let duckdb: MemoryDuckDb;
beforeAll(async () => {
  duckdb = await openMemory();
});
afterAll(() => duckdb.close());

type Row = Readonly<Record<string, string | null>>;
const ROW: Row = {
  BilledCost: '0.0003',
  BillingAccountId: 'A-1',
  BillingAccountName: null,
  BillingCurrency: 'USD',
  BillingPeriodEnd: '2026-12-01T00:00:00Z',
  BillingPeriodStart: '2026-11-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargeClass: null,
  ChargeDescription: 'reads',
  ChargeFrequency: 'Usage-Based',
  ChargePeriodEnd: '2026-11-03T00:00:00Z',
  ChargePeriodStart: '2026-11-02T00:00:00Z',
  ConsumedQuantity: '20',
  ConsumedUnit: 'ReadUnits',
  ContractedCost: '0.0003',
  ContractedUnitPrice: '0.000015',
  EffectiveCost: '0.0003',
  HostProviderName: 'Amazon Web Services',
  InvoiceDetailId: 'I-1-1',
  InvoiceId: 'I-1',
  InvoiceIssuerName: 'Example',
  ListCost: '0.0006',
  ListUnitPrice: '0.00003',
  PricingCategory: 'Standard',
  PricingQuantity: '20',
  PricingUnit: 'ReadUnits',
  ServiceCategory: 'Databases',
  ServiceName: 'DynamoDB',
  ServiceProviderName: 'Example',
  ServiceSubcategory: 'NoSQL Databases',
  SkuId: 's',
  SkuMeter: 'reads',
  SkuPriceDetails: '{"x_PricingModel":"per_unit"}',
  SkuPriceId: 's.1',
  SubAccountId: 'acme',
  SubAccountName: 'Acme',
  SubAccountType: 'Tenant',
  Tags: null,
  x_ChargeId: 'c1',
};

/** The rules that rows break. */
async function broken(rows: readonly Row[], version: '1.4' | '1.2' = '1.4'): Promise<string[]> {
  const names = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => `(${names.map((name) => literal(row[name] ?? null)).join(', ')})`);
  const source = `(values ${values.join(', ')}) t(${names.map((name) => `"${name}"`).join(', ')})`;
  const { violations } = await checkFocus(duckdb, source, names, version, 'cost_and_usage');
  return violations.map(({ rule }) => rule).sort();
}
const literal = (value: string | null): string => (value === null ? 'cast(null as varchar)' : sqlText(value));
const without = (...names: string[]): Row =>
  Object.fromEntries(Object.entries(ROW).filter(([name]) => !names.includes(name)));

describe('the rules of FOCUS', () => {
  it('are kept by a row that is right, in both versions', async () => {
    expect(await broken([ROW])).toEqual([]);
    const { BillingPeriodStart, ...rest } = without('HostProviderName', 'InvoiceDetailId', 'ServiceProviderName');
    const old = { BillingPeriodStart, ...rest, ProviderName: 'Example', PublisherName: 'Example' };
    const sorted = Object.entries(old).sort(([a], [b]) => (a < b ? -1 : 1));
    expect(await broken([Object.fromEntries(sorted) as Row], '1.2')).toEqual([]);
  });

  // Each row breaks the rule, and no other.
  it.each<[rule: string, change: Row]>([
    ['BillingAccountId-not-null', { BillingAccountId: null }],
    ['BilledCost-numeric-format', { BilledCost: '1e2' }],
    ['BilledCost-numeric-format', { BilledCost: '+1' }],
    ['BilledCost-numeric-format', { BilledCost: '1,000.5' }],
    ['BillingCurrency-currency-format', { BillingCurrency: 'usd' }],
    ['BillingAccountName-null-handling', { BillingAccountName: 'N/A' }],
    ['ChargeDescription-C-003-O', { ChargeDescription: null }],
    ['ConsumedUnit-unit-format', { ConsumedUnit: 'read units' }],
    ['SkuPriceDetails-key-value-format', { SkuPriceDetails: '["x"]' }],
    ['SkuPriceDetails-key-value-format', { SkuPriceDetails: '{x' }],
    ['PricingCategory-allowed-values', { PricingCategory: 'standard' }],
    ['ChargeFrequency-C-004-C', { ChargeCategory: 'Purchase', ConsumedQuantity: null, ConsumedUnit: null }],
    ['ConsumedQuantity-C-005-C', { ChargeCategory: 'Purchase', ChargeFrequency: 'Recurring' }],
    ['ConsumedUnit-C-006-C', { ConsumedUnit: null }],
    ['ConsumedUnit-C-005-C', { ConsumedQuantity: null }],
    ['PricingUnit-C-006-C', { PricingUnit: null }],
    ['SkuMeter-C-005-C', { SkuMeter: null }],
    ['SubAccountName-C-005-C', { SubAccountName: null }],
    ['SubAccountType-C-005-C', { SubAccountType: null }],
    ['PricingCategory-C-004-C', { PricingCategory: null }],
    ['ContractedUnitPrice-C-006-C', { ContractedUnitPrice: null }],
    ['ListUnitPrice-C-005-C', { ListUnitPrice: null }],
    ['ContractedUnitPrice-C-011-C', { ContractedCost: '0.00030000000000000000000000000000000000001' }],
    ['ListUnitPrice-C-010-C', { ListCost: '0.0003' }],
    ['BilledCost-C-005-C', { InvoiceIssuerName: 'Amazon Web Services' }],
    ['ServiceSubcategory-C-004-M', { ServiceCategory: 'Storage' }],
    ['ChargePeriod-order', { ChargePeriodStart: '2026-11-03T00:00:00Z' }],
    ['CorrectionHandling-period', { ChargePeriodStart: '2026-10-03T00:00:00Z' }],
    ['CorrectionHandling-period', { ChargeClass: 'Correction' }],
    [
      'ChargeClass-allowed-values',
      { ChargeClass: 'Late', ChargePeriodStart: '2026-10-02T00:00:00Z', ChargePeriodEnd: '2026-10-03T00:00:00Z' },
    ],
  ])('%s can be broken by %j', async (rule, change) => {
    expect(await broken([{ ...ROW, ...change }])).toEqual([rule]);
  });

  it('see negative prices, wrong times and Tax that is priced, with all that follows', async () => {
    const negative = { ContractedUnitPrice: '-0.000015', ContractedCost: '-0.0003' };
    expect(await broken([{ ...ROW, ...negative }])).toEqual(['ContractedUnitPrice-non-negative']);
    expect(await broken([{ ...ROW, ChargePeriodEnd: '2026-11-03T00:00:00.000Z' }])).toContain(
      'ChargePeriodEnd-datetime-format',
    );
    expect(await broken([{ ...ROW, ChargePeriodEnd: '2026-11-31T00:00:00Z' }])).toContain(
      'ChargePeriodEnd-datetime-format',
    );
    const tax = await broken([{ ...ROW, ChargeCategory: 'Tax' }]);
    for (const rule of ['SkuId-C-004-C', 'SkuPriceId-C-004-C', 'PricingQuantity-C-004-C', 'ListUnitPrice-C-004-C'])
      expect(tax).toContain(rule);
  });

  it('hold one value to another over all rows', async () => {
    expect(await broken([ROW, { ...ROW, SkuId: 'other' }])).toEqual(['SkuPriceId-C-008-M']);
    const moved = { ServiceCategory: 'Compute', ServiceSubcategory: 'Containers' };
    expect(await broken([ROW, { ...ROW, ...moved }])).toEqual(['ServiceName-C-005-C', 'ServiceName-C-008-C']);
    expect(await broken([ROW, { ...ROW, InvoiceId: 'I-2' }])).toEqual(['InvoiceDetailId-one-invoice']);
  });

  it('ask for the mandatory columns, the names of custom ones, and an order', async () => {
    expect(await broken([without('ListCost')])).toEqual(['ListCost-present']);
    expect(await broken([{ ...ROW, cost_center: '1' }])).toEqual(['ColumnHandling-custom', 'ColumnHandling-order']);
    const { BilledCost = null, ...rest } = ROW;
    expect(await broken([{ ...rest, BilledCost }])).toEqual(['ColumnHandling-order']);
  });
});

describe('the table of columns', () => {
  it('has as many columns as the specification, by version and dataset', () => {
    const count = (version: '1.4' | '1.2', dataset: 'cost_and_usage' | 'billing_period' | 'invoice_detail') =>
      focusColumns(version, dataset).length;
    expect(count('1.4', 'cost_and_usage')).toBe(65);
    expect(count('1.4', 'billing_period')).toBe(6);
    expect(count('1.4', 'invoice_detail')).toBe(22);
    expect(count('1.2', 'cost_and_usage')).toBe(57);
    expect(count('1.2', 'invoice_detail')).toBe(0);
    const mandatory = focusColumns('1.2', 'cost_and_usage').filter(({ level }) => level === 'M');
    expect(mandatory).toHaveLength(21);
  });
});

describe('isProduct', () => {
  it('is exact beyond what any decimal of an engine holds', () => {
    expect(isProduct('0.000015', '20', '0.0003')).toBe(true);
    expect(isProduct('-0.1', '0.30', '-0.03')).toBe(true);
    expect(isProduct('9'.repeat(40), '10', `${'9'.repeat(40)}0`)).toBe(true);
    expect(isProduct('9'.repeat(40), '10', `${'9'.repeat(40)}1`)).toBe(false);
    expect(isProduct('x', '1', '1')).toBe(false);
  });
});
