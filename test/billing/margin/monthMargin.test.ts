import fc from 'fast-check';
import { expect, it } from 'vitest';
import { computeMargin, monthMargin, rateCharges } from '../../../billing/index.js';
import type { RatedUsage } from '../../../billing/rating/rateTenant.js';
import { rateCardSchema, tenantSchema, type UtcDay } from '../../../model/index.js';

// Two share an account, so that what rounding leaves is with one of them.
const tenants = ['globex', 'acme', 'initech'].map((id) =>
  tenantSchema.parse({ id, plan: 'pro', ...(id === 'initech' ? {} : { billing_account: 'group' }) }),
);
const card = rateCardSchema.parse({
  id: 'r',
  currency: 'USD',
  prices: [
    { service: 'DynamoDB', meter: 'read_units', price: '0.0123' },
    { service: 'S3', meter: 'requests', model: 'graduated', tiers: [{ up_to: 10, price: '2' }, { price: '0.001' }] },
    { id: 'platform', model: 'flat', price: '10.005', service: 'Subscription' },
  ],
});
const usage = fc.array(
  fc.record({
    tenant_id: fc.constantFrom('acme', 'globex', 'initech', '_unknown', 'stranger'),
    of: fc.constantFrom(['DynamoDB', 'read_units'], ['S3', 'requests'], ['SQS', 'messages']),
    day: fc.constantFrom('2026-10-31', '2026-11-01', '2026-11-02', '2026-11-30', '2026-12-01'),
    quantity_micros: fc.bigInt(0n, 40_000_000n),
  }),
  { maxLength: 40 },
);
const costs = fc.array(
  fc.record({
    recipient: fc.constantFrom('acme', 'globex', '_shared', '_unknown'),
    service: fc.constantFrom('DynamoDB', 'S3', 'Subscription'),
    amount: fc.bigInt(-(10n ** 15n), 10n ** 15n),
  }),
);

it('is the margin of all charges held at once, which a month of ten thousand tenants did', async () => {
  await fc.assert(
    fc.asyncProperty(usage, costs, fc.boolean(), async (used, allocated, over) => {
      const rows = used.map(
        ({ of: [service = '', meter = ''], day, ...rest }): RatedUsage => ({
          ...{ ...rest, service, meter, unit: 'Units', day: day as UtcDay },
        }),
      );
      const bill = {
        currency: 'USD',
        rows: allocated.map((row) => ({
          ...{ ...row, charge_id: 'c', kind: 'usage' as const, why: '', passed_from: null, ratio: 0n },
        })),
      };
      const month = { usage: rows, rateCards: [card], period: '2026-11', tenants, over };
      expect(await monthMargin({ ...month, costs: bill })).toEqual(computeMargin(rateCharges(month), bill));
    }),
    { numRuns: 60 },
  );
});
