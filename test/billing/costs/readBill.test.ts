import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allocationDecimal, type CostCharge } from '../../../billing/allocation/AllocatedRow.js';
import { type CostBasis, monthWindow, readBill } from '../../../billing/index.js';
import { billFolder, type Cells, csvText, curLine, focusLine } from './billFiles.js';

const folder = billFolder();
afterAll(() => folder.remove());

const read = (
  paths: readonly string[] | string,
  basis: CostBasis = 'effective',
  services: Record<string, string> = {},
) => readBill({ paths: [paths].flat(), period: monthWindow('2026-11'), basis, services });
const costs = (charges: readonly CostCharge[]) =>
  Object.fromEntries(charges.map(({ charge_id, cost }) => [charge_id, allocationDecimal(cost)]));
const costOf = async (line: Cells, basis: CostBasis) => {
  // What is left out because it costs nothing shows as no charge.
  const { charges } = await read(folder.csv('one.csv', [line]), basis);
  const [charge] = charges;
  return charge === undefined
    ? '0'
    : `${allocationDecimal(charge.cost)} ${charge.category}${charge.unused ? ' unused' : ''}`;
};

describe('readBill', () => {
  it('adds lines up by service, category and UTC days, in any order, over several files', async () => {
    const late = {
      line_item_usage_start_date: '2026-11-03T23:00:00.000Z',
      line_item_usage_end_date: '2026-11-04T00:00:00.000Z',
    };
    const tax = curLine({
      line_item_line_item_type: 'Tax',
      line_item_usage_start_date: '2026-11-01T00:00:00.000Z',
      line_item_usage_end_date: '2026-11-30T23:59:59.000Z',
      line_item_unblended_cost: '7',
    });
    const lines = [
      curLine(),
      curLine({ ...late, line_item_unblended_cost: '1.5' }),
      tax,
      curLine({ line_item_unblended_cost: '0' }),
    ];
    const one = folder.csv('a-1.csv', lines);
    const bill = await read(one);
    expect(costs(bill.charges)).toEqual({
      '2026-11-01..2026-12-01/AmazonDynamoDB/Tax': '7',
      '2026-11-03/AmazonDynamoDB/Usage': '1.500000012500'.replace(/0+$/, ''),
    });
    expect(bill).toMatchObject({ format: 'CUR 2.0', basis: 'effective' });
    expect(bill.charges.map(({ service }) => service)).toEqual(['DynamoDB', 'DynamoDB']);
    expect(bill.notes).toEqual([
      '4 lines of the bill: 3 in charges, 1 that cost nothing, 0 of other billing periods, left out',
    ]);
    const parts = [folder.csv('b-1.csv', lines.slice(2)), folder.csv('b-2.csv', lines.slice(0, 2))];
    expect(costs((await read(parts)).charges)).toEqual(costs(bill.charges));
  });

  it('reads the same from CSV, gzipped CSV and Parquet, in CUR 2.0 and in FOCUS', async () => {
    for (const lines of [
      [
        curLine(),
        curLine({ line_item_unblended_cost: '0.1' }),
        curLine({ line_item_product_code: 'Some "Other", One' }),
      ],
      [
        focusLine(),
        focusLine({ EffectiveCost: '0.30000000000000004', ServiceName: 'Támogatás,\n"plus"', x_ServiceCode: '' }),
      ],
    ]) {
      const plain = await read(folder.csv('same.csv', lines));
      expect(plain.charges).toHaveLength(2);
      for (const path of [folder.gzip('same.csv.gz', lines), await folder.parquet('same.parquet', lines)])
        expect(costs((await read(path)).charges)).toEqual(costs(plain.charges));
    }
  });

  it('takes the files right in a folder', async () => {
    const inner = billFolder();
    inner.csv('part-00001.csv', [focusLine()]);
    inner.gzip('part-00002.csv.gz', [focusLine({ EffectiveCost: '5' })]);
    inner.write('Manifest.json', '{}');
    expect(costs((await read(inner.path)).charges)).toEqual({ '2026-11-03/Amazon DynamoDB/Usage': '7' });
    await expect(read([inner.path, join(inner.path, 'part-00001.csv')])).rejects.toThrow(
      /part-00001\.csv: a cost file is named twice/,
    );
    inner.remove();
    await expect(read(inner.path)).rejects.toThrow(/cannot read the cost file/);
  });

  it('names services as meters do, by code or name, the project’s own names first', async () => {
    const names = ['AmazonS3', 'AWSQueueService', 'AWSELB', 'AmazonEC2', 'AWSSupportBusiness'];
    const path = folder.csv(
      'names.csv',
      names.map((code) => curLine({ line_item_product_code: code })),
    );
    const called = async (services: Record<string, string>) =>
      (await read(path, 'billed', services)).charges.map(({ service }) => service).sort();
    expect(await called({})).toEqual(['ALB', 'AWSSupportBusiness', 'AmazonEC2', 'S3', 'SQS']);
    expect(await called({ AmazonEC2: 'EKS', AmazonS3: 'Storage' })).toEqual([
      'ALB',
      'AWSSupportBusiness',
      'EKS',
      'SQS',
      'Storage',
    ]);
    const focus = folder.csv('focus-names.csv', [
      focusLine({ ServiceName: 'Amazon DynamoDB Accelerator', x_ServiceCode: 'AmazonDAX' }),
    ]);
    expect((await read(focus, 'billed', { AmazonDAX: 'DynamoDB' })).charges[0]?.service).toBe('DynamoDB');
  });

  it('keeps apart what one name holds and only a code tells apart, whichever line comes first', async () => {
    const mapped = focusLine({ ServiceName: 'Compute', x_ServiceCode: 'AmazonEC2' });
    const other = focusLine({ ServiceName: 'Compute', x_ServiceCode: 'AmazonLightsail' });
    const charges = async (name: string, lines: readonly Cells[]) =>
      (await read(folder.csv(name, lines), 'effective', { AmazonEC2: 'EKS' })).charges.map(({ charge_id, service }) => [
        charge_id,
        service,
      ]);
    const expected = [
      ['2026-11-03/Compute/AmazonEC2/Usage', 'EKS'],
      ['2026-11-03/Compute/Usage', 'Compute'],
    ];
    expect(await charges('codes-1.csv', [mapped, other])).toEqual(expected);
    expect(await charges('codes-2.csv', [other, mapped])).toEqual(expected);
  });

  it('takes days within the billing period, those of earlier charges, and leaves other periods out', async () => {
    const path = folder.csv('days.csv', [
      focusLine({ ChargePeriodEnd: '2027-11-03T00:00:00Z' }),
      focusLine({
        ChargePeriodStart: '2026-10-30T00:00:00Z',
        ChargePeriodEnd: '2026-10-31T00:00:00Z',
        ChargeCategory: 'Credit',
      }),
      focusLine({
        ChargePeriodStart: '2026-12-30 00:00:00',
        ChargePeriodEnd: '2026-12-31 00:00:00',
        ChargeCategory: 'Purchase',
      }),
      focusLine({ BillingPeriodStart: '2026-10-01T00:00:00Z' }),
    ]);
    const bill = await read(path);
    expect(bill.charges.map(({ start, end, category }) => [start, end, category])).toEqual([
      ['2026-10-30', '2026-10-31', 'Credit'],
      ['2026-11-01', '2026-12-01', 'Purchase'],
      ['2026-11-03', '2026-12-01', 'Usage'],
    ]);
    expect(bill.notes.slice(0, 2)).toEqual([
      '4 lines of the bill: 3 in charges, 0 that cost nothing, 1 of other billing periods, left out',
      "2 lines beyond the billing period's end: split by its days within the period",
    ]);
  });

  it('rounds charges, not lines, to 12 decimals and says what that added', async () => {
    const path = folder.csv('fine.csv', [
      focusLine({ EffectiveCost: '4e-13' }),
      focusLine({ EffectiveCost: '4.0E-13' }),
    ]);
    const bill = await read(path);
    expect(bill.charges[0]?.cost).toBe(1n);
    expect(bill.notes.at(-1)).toBe('rounding charges to 12 decimals added 0.0000000000002');
  });

  it('knows the three costs of FOCUS and what a commitment cost unused', async () => {
    for (const [basis, cost] of [
      ['billed', '1'],
      ['effective', '2'],
      ['list', '3'],
    ] as const)
      expect(await costOf(focusLine(), basis)).toBe(`${cost} Usage`);
    expect(await costOf(focusLine({ CommitmentDiscountStatus: 'Unused' }), 'effective')).toBe('2 Usage unused');
  });
});

describe('line types of CUR 2.0', () => {
  const plan = {
    savings_plan_savings_plan_effective_cost: '3',
    savings_plan_total_commitment_to_date: '10',
    savings_plan_used_commitment: '8.5',
  };
  const reservation = {
    reservation_reservation_a_r_n: 'arn:aws:rds:1',
    reservation_effective_cost: '4',
    reservation_unused_amortized_upfront_fee_for_billing_period: '0.5',
    reservation_unused_recurring_fee: '0.25',
  };
  const COST = { line_item_unblended_cost: '6', pricing_public_on_demand_cost: '9' };
  it.each([
    ['Usage', {}, '6 Usage', '6 Usage', '9 Usage'],
    ['SavingsPlanCoveredUsage', plan, '6 Usage', '3 Usage', '9 Usage'],
    ['SavingsPlanNegation', { line_item_unblended_cost: '-6' }, '-6 Usage', '0', '0'],
    ['SavingsPlanUpfrontFee', plan, '6 Purchase', '0', '0'],
    ['SavingsPlanRecurringFee', plan, '6 Purchase', '1.5 Purchase unused', '0'],
    ['DiscountedUsage', reservation, '6 Usage', '4 Usage', '9 Usage'],
    ['RIFee', reservation, '6 Purchase', '0.75 Purchase unused', '0'],
    ['Fee', reservation, '6 Purchase', '0', '0'],
    ['Fee', { pricing_public_on_demand_cost: '' }, '6 Purchase', '6 Purchase', '6 Purchase'],
    ['EdpDiscount', { line_item_unblended_cost: '-6' }, '-6 Usage', '-6 Usage', '0'],
    ['Credit', { line_item_unblended_cost: '-6' }, '-6 Credit', '-6 Credit', '-6 Credit'],
    ['Refund', { line_item_unblended_cost: '-6' }, '-6 Credit', '-6 Credit', '-6 Credit'],
    ['Tax', {}, '6 Tax', '6 Tax', '6 Tax'],
    ['Usage', { line_item_net_unblended_cost: '5' }, '5 Usage', '5 Usage', '9 Usage'],
    ['EdpDiscount', { line_item_net_unblended_cost: '' }, '0', '0', '0'],
    ['RIFee', { ...reservation, reservation_net_unused_recurring_fee: '0' }, '6 Purchase', '0.5 Purchase unused', '0'],
  ] as const)('%s %o: billed %s, effective %s, list %s', async (type, over, ...expected) => {
    const line = curLine({ ...COST, ...(over as Cells), line_item_line_item_type: type });
    for (const [index, basis] of (['billed', 'effective', 'list'] as const).entries())
      expect(await costOf(line, basis)).toBe(expected[index]);
  });

  it('takes a type nobody knows as billed, and says so', async () => {
    const bill = await read(
      folder.csv('new-type.csv', [curLine({ ...COST, line_item_line_item_type: 'MoonFee' })]),
      'list',
    );
    expect(costs(bill.charges)).toEqual({ '2026-11-03/AmazonDynamoDB/Adjustment': '6' });
    expect(bill.notes.at(-1)).toBe('warning: 1 line of the unknown type "MoonFee", taken as billed');
  });

  it('asks for the columns of commitments where a line needs them, and only there', async () => {
    const covered = curLine({ line_item_line_item_type: 'SavingsPlanCoveredUsage' });
    const path = folder.csv('no-plan.csv', [curLine(), covered]);
    await expect(read(path)).rejects.toThrow(
      /no-plan\.csv:3: savings_plan_savings_plan_effective_cost is not usable: expected a decimal number, to know what usage took of its savings plan, got no such column/,
    );
    expect(costs((await read(path, 'billed')).charges)).toEqual({ '2026-11-03/AmazonDynamoDB/Usage': '0.000000025' });
  });
});

describe('readBill refuses with file and line', () => {
  const bad = (name: string, lines: readonly Cells[], over: Cells) =>
    folder.csv(name, [...lines, { ...lines[0], ...over }]);
  it.each([
    [
      'a number that is none',
      { EffectiveCost: '1,000.00' },
      /:3: EffectiveCost is not usable: expected a decimal number, got "1,000\.00"/,
    ],
    [
      'a cost that is not there',
      { EffectiveCost: '' },
      /:3: EffectiveCost is not usable: expected a decimal number, got nothing/,
    ],
    [
      'another currency',
      { BillingCurrency: 'EUR' },
      /:3: a bill has two currencies: expected USD, as at .*:2, got "EUR"/,
    ],
    [
      'a time with an offset',
      { ChargePeriodStart: '2026-11-03T04:00:00+05:30' },
      /:3: ChargePeriodStart is not usable: expected a time in UTC/,
    ],
    ['a day that is none', { ChargePeriodStart: '2026-11-31T00:00:00Z' }, /:3: ChargePeriodStart is not usable/],
    ['an end before the start', { ChargePeriodEnd: '2026-11-01T00:00:00Z' }, /:3: a line ends before it begins/],
    [
      'a category that is none',
      { ChargeCategory: 'usage' },
      /:3: ChargeCategory is not usable: expected one of Usage, Purchase, Tax, Credit, Adjustment, got "usage"/,
    ],
  ])('%s', async (_, over, message) => {
    await expect(read(bad('bad.csv', [focusLine()], over))).rejects.toThrow(message);
  });

  it('names the row of a Parquet file', async () => {
    const path = await folder.parquet('bad.parquet', [focusLine(), focusLine(), focusLine({ BillingCurrency: 'EUR' })]);
    await expect(read(path)).rejects.toThrow(/bad\.parquet: row 3: a bill has two currencies/);
  });

  it('a missing column, in CSV and in Parquet', async () => {
    const { EffectiveCost: _, ...line } = focusLine();
    const message = /a FOCUS file lacks a column: expected .*ServiceName, EffectiveCost, got no EffectiveCost/;
    await expect(read(folder.csv('lacks.csv', [line]))).rejects.toThrow(message);
    await expect(read(await folder.parquet('lacks.parquet', [line]))).rejects.toThrow(message);
    expect((await read(folder.csv('lacks.csv', [line]), 'billed')).charges).toHaveLength(1);
  });

  it('a line of too few fields, and a file that breaks off', async () => {
    const text = csvText([focusLine()]);
    await expect(read(folder.write('short.csv', `${text}2026-11-01T00:00:00Z\n`))).rejects.toThrow(
      /short\.csv:3: a cost file is not CSV/,
    );
    const whole = billFolder();
    const gz = whole.gzip(
      'cut.csv.gz',
      Array.from({ length: 2000 }, (_, at) => focusLine({ BilledCost: String(at * 7919) })),
    );
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(gz);
    rmSync(gz);
    await expect(read(whole.write('cut.csv.gz', bytes.subarray(0, bytes.length - 200)))).rejects.toThrow(
      /cut\.csv\.gz:\d+: a cost file cannot be read to its end/,
    );
    const parquet = readFileSync(await whole.parquet('cut.parquet', [focusLine()]));
    await expect(read(whole.write('broken.parquet', parquet.subarray(0, 200)))).rejects.toThrow(
      /broken\.parquet: a Parquet file cannot be read to its end/,
    );
    whole.remove();
  });

  it('files of two kinds, of no kind, an empty one, and one without a line of the period', async () => {
    const focus = folder.csv('k1.csv', [focusLine()]);
    await expect(read([focus, folder.csv('k2.csv', [curLine()])])).rejects.toThrow(
      /k2\.csv:1: a bill has files of two kinds: expected FOCUS, got CUR 2\.0/,
    );
    await expect(read(folder.write('k3.csv', 'a,b\n1,2\n'))).rejects.toThrow(
      /k3\.csv:1: a cost file has columns of no known bill.*got a, b/,
    );
    await expect(read(folder.write('k4.csv', ''))).rejects.toThrow(/k4\.csv:1: .*got no columns/);
    const other = folder.csv('k5.csv', [focusLine({ BillingPeriodStart: '2026-09-01T00:00:00Z' })]);
    await expect(read(other)).rejects.toThrow(
      /a bill has no line of the period: expected 2026-11, got 1 line of other periods/,
    );
    const small = folder.write(
      'k6.csv',
      'charge_id,start,end,service,currency,cost\na,2026-11-01,2026-11-02,S3,USD,1\n',
    );
    expect((await read(small)).format).toBe('costs.csv');
    await expect(read([small, focus])).rejects.toThrow(/a costs\.csv stands alone/);
  });
});
