import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AllocatedRow } from '../../../billing/allocation/AllocatedRow.js';
import { computeMargin, formatMargin, marginAsObject, rateCharges } from '../../../billing/index.js';
import { rateCardSchema, tenantSchema, type UtcDay } from '../../../model/index.js';

const tenants = ['acme', 'globex'].map((id) => tenantSchema.parse({ id }));
const card = rateCardSchema.parse({
  id: 'r',
  currency: 'USD',
  prices: [
    { service: 'DynamoDB', meter: 'read_units', price: '0.0123' },
    { id: 'platform', model: 'flat', price: '10', service: 'Subscription' },
  ],
});
const rated = (quantity: number) =>
  rateCharges({
    usage: [
      {
        tenant_id: 'acme',
        service: 'DynamoDB',
        meter: 'read_units',
        unit: 'ReadUnits',
        day: '2026-11-02' as UtcDay,
        quantity_micros: BigInt(quantity) * 1_000_000n,
      },
    ],
    rateCards: [card],
    period: '2026-11',
    tenants,
    over: true,
  });
const cost = (recipient: string, service: string, amount: bigint): AllocatedRow => ({
  charge_id: 'c',
  service,
  recipient,
  kind: 'usage',
  why: '',
  passed_from: null,
  ratio: 0n,
  amount,
});
const rows = [
  cost('acme', 'DynamoDB', 500_000_000_001n),
  cost('acme', 'S3', 25n * 10n ** 12n),
  cost('_idle', 'DynamoDB', 10n ** 12n),
];

describe('computeMargin', () => {
  it('is what was billed less what was allocated, by tenant and service, reserved names included', () => {
    const margin = computeMargin(rated(100), { currency: 'USD', rows });
    expect(margin.rows.map(({ tenant_id, service, margin: left }) => [tenant_id, service, left.toFixed()])).toEqual([
      ['_idle', 'DynamoDB', '-1'],
      ['acme', 'DynamoDB', '0.729999999999'],
      ['acme', 'S3', '-25'],
      ['acme', 'Subscription', '10'],
      ['globex', 'Subscription', '10'],
    ]);
    expect(
      formatMargin(margin, { services: true }),
    ).toBe(`tenant          billed USD             cost            margin       %
acme                 11.23  25.500000000001  -14.270000000001  -127.1
  DynamoDB            1.23   0.500000000001    0.729999999999    59.3
  S3                     0               25               -25       -
  Subscription          10                0                10   100.0
_idle                    0                1                -1       -
  DynamoDB               0                1                -1       -
globex                  10                0                10   100.0
  Subscription          10                0                10   100.0
total                21.23  26.500000000001   -5.270000000001   -24.8`);
  });

  it('shows one tenant beside all others, with the same total', () => {
    const margin = computeMargin(rated(100), { currency: 'USD', rows });
    expect(
      formatMargin(margin, { tenant: 'globex' }),
    ).toBe(`tenant      billed USD             cost            margin       %
globex              10                0                10   100.0
all others       11.23  26.500000000001  -15.270000000001  -136.0
total            21.23  26.500000000001   -5.270000000001   -24.8`);
    expect(marginAsObject(margin, { tenant: 'globex' })).toMatchObject({
      currency: 'USD',
      total: { margin: '-5.270000000001' },
      others: { billed: '11.23', allocated: '26.500000000001', margin: '-15.270000000001' },
      tenants: [{ tenant_id: 'globex', margin: '10', services: [{ service: 'Subscription', billed: '10' }] }],
    });
  });

  it('refuses two currencies', () => {
    expect(() => computeMargin(rated(1), { currency: 'EUR', rows })).toThrow(
      /--costs: margin needs one currency: expected USD, as the rate cards are, got EUR/,
    );
  });

  it('adds up to the invoices less the bill, whatever either holds', () => {
    const some = fc.record({
      recipient: fc.constantFrom('acme', 'globex', '_shared', '_unknown'),
      service: fc.constantFrom('DynamoDB', 'S3', 'Subscription'),
      amount: fc.bigInt(-(10n ** 15n), 10n ** 15n),
    });
    fc.assert(
      fc.property(fc.array(some), fc.integer({ min: 0, max: 10_000 }), (given, quantity) => {
        const period = rated(quantity);
        const parts = given.map(({ recipient, service, amount }) => cost(recipient, service, amount));
        const { rows: found } = computeMargin(period, { currency: 'USD', rows: parts });
        const invoiced = period.invoices.reduce((sum, { billed }) => sum.plus(billed), new Big(0));
        const bill = new Big(`${given.reduce((sum, { amount }) => sum + amount, 0n)}e-12`);
        expect(found.reduce((sum, row) => sum.plus(row.margin), new Big(0)).eq(invoiced.minus(bill))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
