import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctCharges, rateCharges } from '../../../billing/index.js';
import type { RatedUsage } from '../../../billing/rating/rateTenant.js';
import { type Charge, chargeSchema, rateCardSchema, tenantSchema, type UtcDay } from '../../../model/index.js';

const tenants = [
  tenantSchema.parse({ id: 'acme', billing_account: 'A-1', plan: 'pro' }),
  tenantSchema.parse({ id: 'globex', billing_account: 'A-1', effective_from: '2026-11-11' }),
  tenantSchema.parse({ id: 'initech' }),
];
const ids = tenants.map(({ id }) => id);

// Every model at once, with overrides, and a second version of the card in the middle of the month.
const first = rateCardSchema.parse({
  id: 'v1',
  currency: 'USD',
  effective_from: '2026-01-01',
  minimum: '40',
  prices: [
    { id: 'seat', model: 'flat', price: '19.99' },
    { service: 'DynamoDB', meter: 'read_units', price: '0.1234567', per: 1000, included: 500, maximum: '3' },
    {
      service: 'DynamoDB',
      meter: 'write_units',
      model: 'graduated',
      tiers: [
        { up_to: 1000, price: '0.003', flat: '1' },
        { up_to: 5000, price: '0.002', flat: '0.5' },
        { price: '0.001' },
      ],
    },
    {
      service: 'SQS',
      meter: 'requests',
      model: 'volume',
      tiers: [
        { up_to: 2000, price: '0.007' },
        { price: '0.0033', flat: '2.5' },
      ],
    },
    { service: 'SES', meter: 'recipients', model: 'package', price: '0.35', size: 100 },
  ],
  plans: { pro: { prices: [{ service: 'SES', meter: 'recipients', model: 'package', price: '0.3', size: 150 }] } },
  tenants: { initech: { maximum: '25' } },
});
const second = rateCardSchema.parse({
  ...JSON.parse(JSON.stringify({ id: 'v2', currency: 'USD', effective_from: '2026-11-17' })),
  prices: [{ service: 'DynamoDB', meter: 'read_units', price: '0.0002', minimum: '5' }],
});

const METERS = [
  ['DynamoDB', 'read_units', 'ReadUnits'],
  ['DynamoDB', 'write_units', 'WriteUnits'],
  ['SQS', 'requests', 'Requests'],
  ['SES', 'recipients', 'Recipients'],
] as const;

const rowOf = fc
  .record({
    tenant_id: fc.constantFrom<string>(...ids, 'nobody', '_unknown'),
    named: fc.constantFrom(...METERS),
    date: fc.integer({ min: 1, max: 30 }),
    // Millionths; a few are corrections that take back.
    quantity_micros: fc.bigInt(-(10n ** 8n), 5n * 10n ** 9n),
  })
  .map(({ tenant_id, named: [service, meter, unit], date, quantity_micros }): RatedUsage => {
    const day = `2026-11-${String(date).padStart(2, '0')}` as UtcDay;
    return { tenant_id, service, meter, unit, day, quantity_micros };
  });
const usageOf = fc.array(rowOf, { maxLength: 60 });

const rate = (usage: readonly RatedUsage[], who = tenants) =>
  rateCharges({ usage, rateCards: [second, first], period: '2026-11', tenants: who, over: true });
const sum = (values: readonly string[]): Big => values.reduce((total, value) => total.plus(value), new Big(0));
const billed = (charges: readonly Charge[]): Big => sum(charges.map((charge) => charge.BilledCost));
const RUNS = { numRuns: 60 };

describe('rateCharges with every pricing model', () => {
  it('is exact in every row, and rows with what rounding left are the invoice', () => {
    fc.assert(
      fc.property(usageOf, (usage) => {
        const rated = rate(usage);
        for (const charge of rated.charges) {
          chargeSchema.parse(charge);
          if (charge.ContractedUnitPrice === null || charge.PricingQuantity === null) continue;
          expect(new Big(charge.ContractedUnitPrice).times(charge.PricingQuantity).toFixed()).toBe(charge.BilledCost);
        }
        for (const line of rated.invoices) {
          const own = rated.charges.filter((charge) => charge.BillingAccountId === line.billing_account);
          expect(billed(own).eq(line.billed)).toBe(true);
          const rounding = own.filter((charge) => charge.ServiceName === 'Rounding');
          expect(rounding.length).toBeLessThan(2);
          expect(billed(own).minus(billed(rounding)).eq(line.exact)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('charges or lists every unit that was used, once', () => {
    fc.assert(
      fc.property(usageOf, (usage) => {
        const rated = rate(usage);
        const counted = rated.charges.flatMap(({ ConsumedQuantity }) =>
          ConsumedQuantity === null ? [] : [ConsumedQuantity],
        );
        const listed = rated.unbilled.map(({ quantity }) => quantity);
        const used = usage.reduce((total, row) => total + row.quantity_micros, 0n);
        expect(
          sum([...counted, ...listed])
            .times(1e6)
            .toFixed(),
        ).toBe(used.toString());
      }),
      RUNS,
    );
  });

  it('does not depend on the order of the usage, nor on how finely it came', () => {
    const cut = fc.tuple(usageOf, fc.bigInt(-(10n ** 9n), 10n ** 9n));
    fc.assert(
      fc.property(cut, ([usage, piece]) => {
        const split = usage.flatMap((row) => [
          { ...row, quantity_micros: row.quantity_micros - piece },
          { ...row, quantity_micros: piece },
        ]);
        expect(rate(split.reverse())).toEqual(rate(usage));
      }),
      RUNS,
    );
  });

  it('rates each tenant alone as it does all at once', () => {
    fc.assert(
      fc.property(usageOf, (usage) => {
        const together = rate(usage).charges.filter((charge) => charge.ServiceName !== 'Rounding');
        const alone = tenants.flatMap((tenant) =>
          rate(usage, [tenant]).charges.filter((charge) => charge.ServiceName !== 'Rounding'),
        );
        expect(alone).toEqual(together);
      }),
      RUNS,
    );
  });

  it('ends at the same charges when usage comes late, in any parts, and what was billed is corrected', () => {
    const parts = fc.array(usageOf, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, (batches) => {
        const corrections: Charge[] = [];
        let seen: RatedUsage[] = [];
        let before: readonly Charge[] = [];
        for (const batch of batches) {
          seen = [...seen, ...batch];
          const { charges } = rate(seen);
          corrections.push(...correctCharges(before, charges));
          before = charges;
        }
        const atOnce = rate(batches.flat());
        expect(billed(corrections).eq(billed(atOnce.charges))).toBe(true);
        expect(bySku(corrections)).toEqual(bySku(atOnce.charges));
        for (const charge of corrections) {
          if (charge.ContractedUnitPrice === null || charge.PricingQuantity === null) continue;
          expect(new Big(charge.ContractedUnitPrice).times(charge.PricingQuantity).eq(charge.BilledCost)).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

/** Net amount by price and tenant, without those that came to nothing. */
function bySku(charges: readonly Charge[]): Record<string, string> {
  const sums = new Map<string, Big>();
  for (const charge of charges) {
    const key = [charge.SubAccountId, charge.ServiceName, charge.SkuPriceId].join(' ');
    sums.set(key, (sums.get(key) ?? new Big(0)).plus(charge.BilledCost));
  }
  return Object.fromEntries(
    [...sums]
      .filter(([, amount]) => !amount.eq(0))
      .map(([key, amount]) => [key, amount.toFixed()])
      .sort(),
  );
}
