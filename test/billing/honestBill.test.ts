import { describe, expect, it } from 'vitest';
import { monthWindow, rateCharges } from '../../billing/index.js';
import { rateCardSchema, tenantSchema, type UtcDay } from '../../model/index.js';

const tenants = [tenantSchema.parse({ id: 'acme' })];
const price = (text: string) => ({ service: 'DynamoDB', meter: 'read_units', price: text });
const card = (...texts: string[]) => rateCardSchema.parse({ id: 'r', currency: 'USD', prices: texts.map(price) });
const usage = (quantity_micros: bigint) => ({
  tenant_id: 'acme',
  service: 'DynamoDB',
  meter: 'read_units',
  unit: 'ReadUnits',
  day: '2026-11-02' as UtcDay,
  quantity_micros,
});
const rate = (rows: ReturnType<typeof usage>[], rateCard = card('1')) =>
  rateCharges({ usage: rows, rateCards: [rateCard], period: '2026-11', tenants, over: true });

describe('rateCharges', () => {
  it('makes one row of usage of the same tenant, meter and day', () => {
    const rated = rate([usage(5_000_000n), usage(3_000_000n)]);
    expect(rated.charges.map((charge) => charge.ConsumedQuantity)).toEqual(['8']);
    expect(rate([usage(3_000_000n), usage(5_000_000n)])).toEqual(rated);
  });

  it('refuses two prices for one meter', () => {
    expect(() => rate([usage(1n)], card('1', '2'))).toThrow(/a meter has two prices/);
  });

  it.each(['2026-13', '2026-00', '2026-1', '26-11', ''])('refuses the period %j', (period) => {
    expect(() => monthWindow(period)).toThrow(/expected YYYY-MM/);
  });
});
