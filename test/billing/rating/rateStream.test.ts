import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOfCharges } from '../../../billing/lineage/billLines.js';
import { billOfSteps } from '../../../billing/lineage/billOfSteps.js';
import { decimalScales } from '../../../billing/package/decimalScales.js';
import { SnapshotHash } from '../../../billing/package/SnapshotHash.js';
import { asWritten, priceBookText, readPriceBook } from '../../../billing/rates/priceBook.js';
import { planPeriod } from '../../../billing/rating/planPeriod.js';
import { rateCharges } from '../../../billing/rating/rateCharges.js';
import { inBillOrder, type RatedStep, rateStream, type TenantUsage } from '../../../billing/rating/rateStream.js';
import type { RatedUsage } from '../../../billing/rating/rateTenant.js';
import { type Charge, rateCardSchema, type UtcDay } from '../../../model/index.js';
import { cardOf, reads, tenantsOf } from '../billFixture.js';

const tenants = tenantsOf(
  { id: 'acme', billing_account: 'B' },
  { id: 'beta', billing_account: 'A' },
  { id: 'core', billing_account: 'B' },
  { id: 'idle' },
);
const cards = [
  cardOf(
    { id: 'seat', model: 'flat', price: '10' },
    {
      ...{ service: 'DynamoDB', meter: 'read_units', model: 'graduated', included: 3 },
      tiers: [{ up_to: 10, price: '0.0123', flat: '1' }, { price: '0.007' }],
      minimum: '11',
    },
    { service: 'DynamoDB', meter: 'write_units', model: 'volume', tiers: [{ up_to: 10, price: '2' }, { price: '1' }] },
  ),
];
const row = (tenant_id: string, meter: string, day: number, micros: bigint): RatedUsage => ({
  ...{ tenant_id, service: 'DynamoDB', meter, unit: 'Units', quantity_micros: micros },
  day: `2026-11-${String(day).padStart(2, '0')}` as UtcDay,
});
const usage = fc.array(
  fc
    .record({
      tenant: fc.constantFrom('acme', 'beta', 'core', '_unknown', 'stranger'),
      meter: fc.constantFrom('read_units', 'write_units', 'requests'),
      day: fc.integer({ min: 1, max: 30 }),
      micros: fc.bigInt(0n, 30_000_000n),
    })
    .map(({ tenant, meter, day, micros }) => row(tenant, meter, day, micros)),
  { maxLength: 40 },
);

async function* grouped(rows: readonly RatedUsage[], order: readonly string[]): AsyncGenerator<TenantUsage> {
  for (const tenant_id of order) {
    const own = rows.filter((each) => each.tenant_id === tenant_id);
    if (own.length > 0) yield { tenant_id, rows: own };
  }
}
const stepsOf = async (rows: readonly RatedUsage[], order?: readonly string[]): Promise<RatedStep[]> => {
  const plan = planPeriod({ period: '2026-11', rateCards: cards, tenants });
  const ordered = inBillOrder(tenants);
  const ids = order ?? [...ordered.map(({ id }) => id), '_unknown', 'stranger'];
  const steps: RatedStep[] = [];
  for await (const step of rateStream({ plan, tenants: ordered, usage: grouped(rows, ids), over: true }))
    steps.push(step);
  return steps;
};

describe('rateStream', () => {
  it('gives the charges and invoices of a month rated at once, accounts together and in order', async () => {
    await fc.assert(
      fc.asyncProperty(usage, async (rows) => {
        const whole = rateCharges({ usage: rows, rateCards: cards, period: '2026-11', tenants, over: true });
        const steps = await stepsOf(rows);
        const charges = steps.flatMap((step): Charge[] =>
          step.kind === 'tenant'
            ? step.rows.map(({ charge }) => charge)
            : step.kind === 'account' && step.rounding !== undefined
              ? [step.rounding.charge]
              : [],
        );
        const text = (list: readonly Charge[]): string[] => list.map((charge) => JSON.stringify(charge)).sort();
        expect(text(charges)).toEqual(text(whole.charges));
        const invoices = steps.flatMap((step) => (step.kind === 'account' ? [step.invoice] : []));
        expect(invoices).toEqual(whole.invoices);
        const accounts = charges.map((charge) => charge.BillingAccountId);
        expect(accounts).toEqual([...accounts].sort());
      }),
      { numRuns: 60 },
    );
  });

  it('refuses usage out of order, which would be billed to nobody', async () => {
    const rows = [row('acme', 'read_units', 1, 1n), row('beta', 'read_units', 1, 1n)];
    await expect(stepsOf(rows, ['acme', 'beta'])).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('SnapshotHash', () => {
  it('is the same whatever the order, and another for other usage', () => {
    const hash = (groups: readonly TenantUsage[]): string => {
      const snapshot = new SnapshotHash();
      for (const group of groups) snapshot.add(group);
      return snapshot.id;
    };
    const [a, b] = [row('acme', 'read_units', 1, 1n), row('acme', 'read_units', 2, 1n)];
    const beta = { tenant_id: 'beta', rows: [row('beta', 'read_units', 1, 1n)] };
    const one = hash([{ tenant_id: 'acme', rows: [a, b] }, beta]);
    expect(hash([beta, { tenant_id: 'acme', rows: [b, a] }])).toBe(one);
    expect(hash([{ tenant_id: 'acme', rows: [a, { ...b, quantity_micros: 2n }] }, beta])).not.toBe(one);
    expect(hash([{ tenant_id: 'acme', rows: [a] }, beta])).not.toBe(one);
  });
});

describe('the price book', () => {
  it('is read back as the cards it was written from', () => {
    const override = { prices: [reads('0.1', { per: 1000 })], remove: ['seat'], minimum: '5' };
    const rich = rateCardSchema.parse({
      ...{ id: '2026', currency: 'USD', effective_from: '2026-01-01', rounding: 'half-up', maximum: '9' },
      prices: [
        { id: 'seat', model: 'flat', price: '30', prorate: false },
        { service: 'S3', meter: 'bytes_in', model: 'package', size: '20.5', price: '1', included: 7 },
        { id: 'fee', service: 'X', meter: 'value', model: 'percentage', percent: '2.9' },
      ],
      plans: { pro: override },
      tenants: { acme: override },
    });
    const all = [rich, ...cards];
    expect(readPriceBook(priceBookText(all))).toEqual(all);
    expect(rateCardSchema.parse(JSON.parse(JSON.stringify(asWritten(rich))))).toEqual(rich);
  });
});

describe('decimalScales', () => {
  it('has room for every amount of a price, its quantity moved by its per', () => {
    expect(decimalScales([cardOf(reads('1'))])).toEqual({ cost: 14, price: 16, quantity: 14 });
    expect(decimalScales([cardOf(reads('0.123456789012', { per: 10 ** 9 }))])).toEqual({
      ...{ cost: 27, price: 16, quantity: 15 },
    });
  });
});

describe('billOfSteps', () => {
  it('says of every tenant what its charges come to when all are held', async () => {
    await fc.assert(
      fc.asyncProperty(usage, async (rows) => {
        const held = rateCharges({ usage: rows, rateCards: cards, period: '2026-11', tenants, over: true });
        const steps = await stepsOf(rows);
        const bill = await billOfSteps(
          (async function* () {
            yield* steps;
          })(),
          'USD',
        );
        const byId = [...bill.tenants].sort((a, b) => (a.tenant_id < b.tenant_id ? -1 : 1));
        expect(byId).toEqual(linesOfCharges(held.charges));
        expect(bill.unbilled).toBe(held.unbilled.length);
        const total = held.invoices.reduce((sum, { billed }) => sum.plus(billed), new Big(0));
        expect(bill.total).toBe(total.toFixed(2));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['JPY', ['1200', '7'], '1207'],
    ['KWD', ['0.125', '0.002'], '0.127'],
    ['USD', ['90071992547409.91', '0.02'], '90071992547409.93'],
  ])(
    'adds up %s exactly, with the decimals it has (regression: in a double, with two)',
    async (currency, billed, total) => {
      const steps = billed.map((one, at): RatedStep => {
        const invoice = { billing_account: `a${at}`, currency, tenants: [], exact: one, billed: one };
        return { kind: 'account', invoice, rounding: undefined };
      });
      const bill = await billOfSteps(
        (async function* () {
          yield* steps;
        })(),
        currency,
      );
      expect(bill.total).toBe(total);
    },
  );
});
