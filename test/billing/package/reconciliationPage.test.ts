import { describe, expect, it } from 'vitest';
import { type ReconciledBill, reconciliationPage } from '../../../billing/package/reconciliationPage.js';

const bill = (more: Partial<ReconciledBill> = {}): ReconciledBill => ({
  ...{ exportName: 'tenantscope', provider: 'Example Inc.', period: '2026-11', status: 'final' },
  createdAt: '2026-12-03T06:30:00Z',
  report: {
    meters: [
      {
        ...{
          service: 'DynamoDB',
          meter: 'read_units',
          unit: 'ReadUnits',
          measured: '2201350.000001',
          billed: '2201345',
        },
        ...{ unbilled: { reserved_tenant: '5.000001' }, variance: '0' },
      },
      {
        ...{ service: 'S3', meter: 'requests', unit: 'Requests', measured: '7', billed: '0' },
        unbilled: { no_price: '7' },
        variance: '0',
      },
    ],
    money: { currency: 'USD', charges: '33.020190', rounding: '-0.00019', invoices: '33.02', variance: '0' },
    corrections: { count: 2, net_amount: '-1.5' },
  },
  ...more,
});
const rowsOf = (page: string): string[][] =>
  [...page.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, text = '']) => text),
  );

describe('the page of a reconciliation', () => {
  it('says every figure as it is, a column for each reason that there is', () => {
    const page = reconciliationPage(bill());
    expect(rowsOf(page)).toEqual([
      [
        'Service',
        'Meter',
        'Unit',
        'Measured',
        'Billed',
        'Not billed: no price',
        'Not billed: of no tenant',
        'Difference',
      ],
      ['DynamoDB', 'read_units', 'ReadUnits', '2201350.000001', '2201345', '0', '5.000001', '0'],
      ['S3', 'requests', 'Requests', '7', '0', '7', '0', '0'],
      ['Amount', 'USD'],
      ['Charges', '33.020190'],
      ['of which 2 corrections of closed months', '-1.5'],
      ['Rounding of invoices', '-0.00019'],
      ['Invoices', '33.02'],
      ['Difference', '0'],
    ]);
    expect(page).toContain('Example Inc., export tenantscope, final, as of 2026-12-03T06:30:00Z.');
  });

  it('lets no text be markup, hide or reorder anything', () => {
    const provider = `<script>alert("1")</script> & 'x'\u202e`;
    const page = reconciliationPage(bill({ provider }));
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;\\u202e, export');
    expect(page).not.toContain('<script');
    expect(page).toContain("default-src 'none'");
  });

  it('of an empty month says so', () => {
    const { report } = bill();
    const page = reconciliationPage(bill({ report: { ...report, meters: [] } }));
    expect(page).toContain('There is none.');
    expect(rowsOf(page)[0]).toEqual(['Service', 'Meter', 'Unit', 'Measured', 'Billed', 'Difference']);
  });
});
