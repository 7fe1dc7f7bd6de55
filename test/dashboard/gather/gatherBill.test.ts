import { expect, it } from 'vitest';
import { gatherBill } from '../../../dashboard/gather/gatherBill.js';
import { TenantPlaces } from '../../../dashboard/gather/TenantPlaces.js';

it.each([
  ['USD', '240.00'],
  ['JPY', '240'],
  ['KWD', '240.000'],
])('a forecast has the decimals of its currency: in %s it is %s', (currency, forecast) => {
  const start = Date.parse('2026-11-01T00:00:00Z');
  const bill = gatherBill(
    {
      window: { start, end: Date.parse('2026-12-01T00:00:00Z') },
      period: '2026-11',
      currency,
      status: 'provisional',
      through: Date.parse('2026-11-11T00:00:00Z'),
      total: '100',
      package: null,
      unbilled: 0,
      tenants: [{ tenant_id: 'acme', billed: '100', usage: '70', lines: [] }],
    },
    new Set(),
    new TenantPlaces([]),
  );
  expect(bill.tenants[0]?.forecast).toBe(forecast);
});
