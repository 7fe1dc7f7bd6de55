import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Big from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billFolder, curLine } from '../billing/costs/billFiles.js';
import { billedLake, rateVersion } from './billedLake.js';
import { jsonOf } from './jsonOf.js';
import { tenantscope, tenantscopeOk } from './tenantscope.js';

const billed = billedLake();
const { cwd, lake } = billed;
beforeAll(() => billed.begin());
afterAll(() => billed.remove());

describe('allocate', () => {
  it('splits a bill over the tenants of the ledger, so that the parts add up to it', async () => {
    billed.project(`allocation:
  policies:
    - { service: AWSSupport, policy: even }
    - { service: EKS, policy: none }
`);
    const costs = join(cwd, 'costs.csv');
    const head = 'charge_id,start,end,service,currency,cost';
    const lines = ['ddb,2026-11-01,2026-12-01,DynamoDB,USD,1234.56', 'sup,2026-11-01,2026-12-01,AWSSupport,USD,100'];
    writeFileSync(
      costs,
      [head, ...lines, 'eks,2026-11-09,2026-11-10,EKS,USD,73', 'tax,2026-11-01,2026-12-01,Tax,USD,7.01'].join('\n'),
    );
    const allocate = ['allocate', '--lake', lake, '--costs', costs, '--period', '2026-11'];
    const split = jsonOf(await tenantscopeOk([...allocate, '--explain', '--json'], { cwd }));
    const amounts = new Map<string, string>(
      split.tenants.map((entry: Record<string, string>) => [entry.tenant_id, entry.amount]),
    );
    expect([...amounts.keys()].sort()).toEqual(['_shared', '_unknown', 'acme', 'bluenote', 'cadenza']);
    expect([amounts.get('_shared'), amounts.get('_unknown'), split.total, split.others]).toEqual([
      '73',
      '7.01',
      '1414.57',
      '0',
    ]);
    for (const [id, cost] of [
      ['ddb', '1234.56'],
      ['sup', '100'],
      ['eks', '73'],
      ['tax', '7.01'],
    ]) {
      const rows = split.rows.filter((row: Record<string, string>) => row.charge_id === id);
      const sum = (column: string) =>
        rows.reduce((total: Big, row: Record<string, string>) => total.plus(row[column] ?? ''), new Big(0));
      expect([sum('amount').toFixed(), sum('ratio').toFixed()]).toEqual([new Big(cost ?? '').toFixed(), '1']);
    }
    const one = jsonOf(await tenantscopeOk([...allocate, '--tenant', 'acme', '--json'], { cwd }));
    expect(one.tenants).toEqual([{ tenant_id: 'acme', amount: amounts.get('acme') }]);
    expect(new Big(one.others).plus(amounts.get('acme') ?? '').toFixed()).toBe('1414.57');

    const other = await tenantscope([...allocate, '--service', 'S3'], { cwd });
    expect(other.stderr).toContain('expected one of AWSSupport, DynamoDB, EKS, Tax, got "S3"');

    writeFileSync(costs, 'charge_id,start,end,service,currency\nddb,2026-11-01,2026-12-01,DynamoDB,USD\n');
    const bad = await tenantscope(allocate, { cwd });
    expect([bad.code, bad.stdout]).toEqual([65, '']);
    expect(bad.stderr).toMatch(/costs\.csv:1: a cost file has the wrong columns.*got no cost/);
  });

  it('splits an AWS bill by the cost that is chosen', async () => {
    const bill = billFolder();
    const recurring = {
      line_item_line_item_type: 'SavingsPlanRecurringFee',
      line_item_product_code: 'ComputeSavingsPlans',
      line_item_unblended_cost: '24',
      savings_plan_total_commitment_to_date: '24',
      savings_plan_used_commitment: '20',
    };
    const during = {
      line_item_usage_start_date: '2026-11-09T21:00:00.000Z',
      line_item_usage_end_date: '2026-11-09T22:00:00.000Z',
    };
    const path = await bill.parquet('cur-00001.snappy.parquet', [
      curLine({ ...during, line_item_unblended_cost: '3' }),
      curLine(recurring),
    ]);
    const allocate = ['allocate', '--lake', lake, '--costs', path, '--period', '2026-11'];
    const split = async (...flags: string[]) => {
      const { total, cost, tenants } = jsonOf(await tenantscopeOk([...allocate, ...flags, '--json'], { cwd }));
      const idle = tenants.find((entry: Record<string, string>) => entry.tenant_id === '_idle');
      return [cost, total, idle?.amount];
    };
    expect(await split()).toEqual(['effective', '7', '4']);
    expect(await split('--cost', 'billed')).toEqual(['billed', '27', undefined]);
    const { stdout, stderr } = await tenantscope([...allocate, '--service', 'DynamoDB'], { cwd });
    expect(stdout).toMatch(/^2 charges in USD, effective cost\n/);
    expect(stdout).toMatch(/all others +4\n +total +7\n$/);
    expect(stderr).toContain('2 lines of the bill: 2 in charges');
    const held = jsonOf(
      await tenantscopeOk([...allocate, '--cost', 'list', '--reconcile', '--tolerance', '0', '--json'], { cwd }),
    );
    expect(held.reconciliation).toMatchObject({
      reconciled: false,
      days: [{ service: 'DynamoDB', start: '2026-11-09' }],
    });
    const [day] = held.reconciliation.days;
    expect(new Big(day.billed).minus(day.metered).toFixed()).toBe(day.residual);
    expect(new Big(day.metered).gt(0)).toBe(true);
    const out = join(cwd, 'kept');
    const keep = async (...flags: string[]) =>
      (await tenantscope([...allocate, '--out', out, ...flags], { cwd })).stderr;
    expect(await keep()).toMatch(/wrote .*version=0001\n/);
    expect(await keep()).toMatch(/nothing changed: .*version=0001 stands/);
    await bill.parquet('cur-00001.snappy.parquet', [
      curLine({ ...during, line_item_unblended_cost: '2.5' }),
      curLine(recurring),
    ]);
    expect(await keep()).toMatch(/wrote .*version=0002: \d+ corrections, together -0\.5 USD/);
    expect(await keep('--cost', 'billed')).toContain(
      'a version of an allocation has another cost: expected effective, got billed',
    );
    const wrong = await tenantscope([...allocate, '--cost', 'blended'], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([
      64,
      expect.stringContaining('expected one of billed, effective, list'),
    ]);
    bill.remove();
  });
});

describe('margin', () => {
  it('is what bill export bills less what allocate allocates', async () => {
    const costs = join(cwd, 'margin.csv');
    const bill = (currency: string) =>
      writeFileSync(
        costs,
        `charge_id,start,end,service,currency,cost\nddb,2026-11-01,2026-12-01,DynamoDB,${currency},12.5\n`,
      );
    billed.project(`rate_cards:\n${rateVersion('old', '2026-01-01', '0.001')}`);
    bill('USD');
    const flags = ['--lake', lake, '--period', '2026-11'];
    const out = join(cwd, 'margin');
    const manifest = jsonOf(await tenantscopeOk(['bill', 'export', ...flags, '--out', out, '--json'], { cwd }));
    const margin = ['margin', ...flags, '--costs', costs];
    const { total, tenants } = jsonOf(await tenantscopeOk([...margin, '--json'], { cwd }));
    expect(total).toMatchObject({ allocated: '12.5' });
    expect(new Big(total.billed).toFixed(2)).toBe(manifest.control_totals.billed_cost_by_currency.USD);
    expect(new Big(total.billed).minus('12.5').toFixed()).toBe(total.margin);
    const sum = tenants.reduce((all: Big, tenant: { margin: string }) => all.plus(tenant.margin), new Big(0));
    expect(sum.toFixed()).toBe(total.margin);
    expect(await tenantscopeOk([...margin, '--tenant', 'acme', '--services'], { cwd })).toMatch(
      /^tenant .*\nacme .*\n {2}DynamoDB .*\n[\s\S]*all others .*\ntotal /,
    );
    bill('EUR');
    const refused = await tenantscope(margin, { cwd });
    expect([refused.code, refused.stdout]).toEqual([65, '']);
    expect(refused.stderr).toContain('margin needs one currency: expected USD, as the rate cards are, got EUR');
  });
});
