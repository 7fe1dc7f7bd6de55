import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateCharges } from '../../../billing/index.js';
import { chargeSchema, rateCardSchema, tenantSchema, type UtcDay } from '../../../model/index.js';

const day = (text: string): UtcDay => text as UtcDay;
const tenants = [
  tenantSchema.parse({ id: 'acme', billing_account: 'A-1' }),
  tenantSchema.parse({ id: 'globex', billing_account: 'A-1' }),
];
const card = (price: string, per = 1, currency = 'USD') =>
  rateCardSchema.parse({ id: 'r', currency, prices: [{ service: 'DynamoDB', meter: 'read_units', price, per }] });
const usage = (quantity: string, over: { tenant_id?: string; day?: UtcDay; meter?: string } = {}) => ({
  tenant_id: 'acme',
  service: 'DynamoDB',
  meter: 'read_units',
  unit: 'ReadUnits',
  day: day('2026-11-02'),
  quantity_micros: BigInt(new Big(quantity).times(1e6).toFixed()),
  ...over,
});
const rate = (rows: ReturnType<typeof usage>[], rateCard = card('0.000015')) =>
  rateCharges({ usage: rows, rateCards: [rateCard], period: '2026-11', tenants, over: true });
const sum = (values: readonly string[]): string =>
  values.reduce((total, value) => total.plus(value), new Big(0)).toFixed();

describe('rateCharges', () => {
  it('rates exactly: 0.000015 × 20 = 0.0003', () => {
    expect(rate([usage('20')]).charges[0]?.BilledCost).toBe('0.0003');
  });

  it('rounds once per account, half-even, and the remainder is a row of its own', () => {
    const rated = rate([usage('1203345'), usage('998001', { tenant_id: 'globex' })]);
    expect(rated.charges.map((charge) => [charge.ChargeCategory, charge.BilledCost])).toEqual([
      ['Usage', '18.050175'],
      ['Adjustment', '-0.00019'],
      ['Usage', '14.970015'],
    ]);
    expect(rated.invoices).toMatchObject([{ billing_account: 'A-1', exact: '33.02019', billed: '33.02' }]);
    expect(rate([usage('3')], card('0.035')).invoices[0]?.billed).toBe('0.10');
    expect(rate([usage('1')], card('0.125')).invoices[0]?.billed).toBe('0.12');
  });

  it('knows minor units other than hundredths', () => {
    expect(rate([usage('1')], card('10.5', 1, 'JPY')).invoices[0]?.billed).toBe('10');
    expect(rate([usage('1')], card('1.2345', 1, 'KWD')).invoices[0]?.billed).toBe('1.234');
  });

  it('prices per a million without dividing the price', () => {
    const charge = rate([usage('147491.5')], card('0.30', 1_000_000)).charges[0];
    expect(charge).toMatchObject({
      PricingQuantity: '0.1474915',
      PricingUnit: '1000000 ReadUnits',
      ContractedUnitPrice: '0.3',
      BilledCost: '0.04424745',
      ConsumedQuantity: '147491.5',
    });
  });

  it('refuses a price that cannot be exact', () => {
    expect(() => rate([usage('1')], card('1', 3))).toThrow(/cannot be rated exactly/);
    expect(rate([usage('8')], card('1', 4)).charges[0]?.BilledCost).toBe('2');
  });

  it('bills no reserved tenant and nothing without a price, and lists both', () => {
    const rated = rate([
      usage('5', { tenant_id: '_unknown' }),
      usage('2', { meter: 'requests' }),
      usage('1', { tenant_id: 'nobody' }),
    ]);
    expect(rated.charges).toEqual([]);
    expect(rated.unbilled.map((entry) => [entry.tenant_id, entry.quantity, entry.reason])).toEqual([
      ['_unknown', '5', 'reserved_tenant'],
      ['acme', '2', 'no_price'],
      ['nobody', '1', 'unregistered_tenant'],
    ]);
  });

  it('takes the days of the month and no other', () => {
    const rows = ['2026-10-31', '2026-11-01', '2026-11-30', '2026-12-01'].map((text) => usage('1', { day: day(text) }));
    expect(rate(rows, card('1')).charges.map((charge) => charge.ChargePeriodStart)).toEqual([
      '2026-11-01T00:00:00Z',
      '2026-11-30T00:00:00Z',
    ]);
  });

  it('adds up to the last unit in whatever order it comes, price × quantity exact in every row', () => {
    const row = fc
      .record({
        quantity: fc.bigInt(0n, 10n ** 15n),
        tenant_id: fc.constantFrom('acme', 'globex'),
        date: fc.integer({ min: 1, max: 28 }),
      })
      .map(({ quantity, tenant_id, date }) => ({
        ...usage('0', { tenant_id, day: day(`2026-11-${String(date).padStart(2, '0')}`) }),
        quantity_micros: quantity,
      }));
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { minLength: 1, maxLength: 30, selector: (entry) => `${entry.tenant_id}${entry.day}` }),
        (rows) => {
          const rated = rate(rows, card('0.1234567', 1_000));
          expect(rate([...rows].reverse(), card('0.1234567', 1_000))).toEqual(rated);
          expect(
            new Big(sum(rated.charges.map((charge) => charge.BilledCost))).eq(
              sum(rated.invoices.map((line) => line.billed)),
            ),
          ).toBe(true);
          for (const charge of rated.charges) {
            chargeSchema.parse(charge);
            if (charge.ChargeCategory === 'Usage') {
              expect(
                new Big(charge.ContractedUnitPrice ?? 0).times(charge.PricingQuantity ?? 0).eq(charge.BilledCost),
              ).toBe(true);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
