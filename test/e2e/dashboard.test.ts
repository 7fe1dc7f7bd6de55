import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Big from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DashboardData } from '../../dashboard/index.js';
import { billedLake, rateVersion } from './billedLake.js';
import { jsonOf } from './jsonOf.js';
import { tenantscope, tenantscopeOk } from './tenantscope.js';

const billed = billedLake();
const { cwd, lake } = billed;
const rates = `rate_cards:\n${rateVersion('old', '2026-01-01', '0.001')}`;
const window = ['--last', '3h'];
/** The page of everyone, without more. */
let whole: DashboardData;
beforeAll(async () => {
  await billed.begin();
  billed.project(rates);
  whole = await gather(...window);
});
afterAll(() => billed.remove());

const gather = async (...flags: string[]): Promise<DashboardData> =>
  JSON.parse(await tenantscopeOk(['dashboard', 'data', '--lake', lake, ...flags], { cwd }));

/** Runs a command as the page shows it. */
const follow = (command: string): Promise<string> => tenantscopeOk(command.split(' ').slice(1), { cwd });

/** The sum of a column of a report, exact. */
async function sumOf(report: string, column: string, window: readonly string[], ...params: string[]): Promise<string> {
  const asked = await tenantscopeOk(['report', 'run', report, '--lake', lake, ...window, ...params, '--json'], { cwd });
  const { columns, rows } = JSON.parse(asked);
  const at = columns.findIndex(({ name }: { name: string }) => name === column);
  return rows.reduce((sum: Big, row: (string | null)[]) => sum.plus(row[at] ?? 0), new Big(0)).toFixed();
}

describe('dashboard', () => {
  it('has the numbers of the saved reports, and hours that add up to them', async () => {
    const [shown] = whole.windows;
    expect(shown?.key).toBe('3h');
    expect(shown?.value.total).toBe(await sumOf('allocation-base', 'value_usd', window));
    const [service] = shown?.services ?? [];
    expect(service).toMatchObject({ service: 'DynamoDB', basis: 'USD' });
    const share = ['--param', 'service=DynamoDB', '--param', 'top=1000'];
    expect(service?.total).toBe(await sumOf('tenant-share', 'amount', window, ...share));
    service?.rows.tenant.forEach((tenant, at) => {
      const hours = service.series.find((one) => one.tenant === tenant)?.amounts ?? [];
      const sum = hours.reduce<number>((total, amount) => total + (amount ?? 0), 0);
      expect(sum / Number(service.rows.amount[at])).toBeCloseTo(1, 5);
    });
    for (const { operations, service: of } of whole.details[0]?.services ?? []) {
      if (of === 'DynamoDB') expect(operations.reduce((sum, { part }) => sum + part, 0)).toBeGreaterThan(0.5);
    }
  });

  it('is the same for the same lake, but for the time it was made at', async () => {
    expect({ ...(await gather(...window)), generated_at: 0 }).toEqual({ ...whole, generated_at: 0 });
  });

  it('rates the month for the page, as bill export does, and follows the lines of a package to their usage', async () => {
    const rated = whole.bill;
    expect(rated).toMatchObject({ period: '2026-11', status: 'provisional', package: null });
    const flags = ['--lake', lake, '--period', '2026-11', '--out', join(cwd, 'billing'), '--json'];
    const manifest = jsonOf(await tenantscopeOk(['bill', 'export', ...flags], { cwd }));
    expect(rated?.total).toBe(manifest.control_totals.billed_cost_by_currency.USD);
    const version = join(cwd, 'billing/tenantscope/BILLING_PERIOD=2026-11/version=0001');
    const { bill } = await gather(...window, '--package', version);
    expect(bill?.total).toBe(rated?.total);
    expect(bill?.tenants.map(({ billed: amount }) => amount)).toEqual(
      rated?.tenants.map(({ billed: amount }) => amount),
    );
    const sum = bill?.tenants.reduce((all, { billed: amount }) => all.plus(amount), new Big(0));
    expect(sum?.toFixed(2)).toBe(bill?.total);
    await tenantscopeOk(['dashboard', 'build', '--lake', lake, ...window, '--package', version, '--out', 'page.html'], {
      cwd,
    });
    const page = readFileSync(join(cwd, 'page.html'), 'utf8');
    const command =
      /read_units[\s\S]*?(tenantscope bill lineage [^<]+)/.exec(page.slice(page.indexOf('Bill of 2026-11')))?.[1] ?? '';
    expect(await follow(command)).toContain('ReadUnits');
  });

  it('has the margins of margin when a bill of the cloud is given', async () => {
    const costs = join(cwd, 'costs.csv');
    writeFileSync(costs, 'charge_id,start,end,service,currency,cost\nddb,2026-11-01,2026-12-01,DynamoDB,USD,12.5\n');
    const { economics } = await gather(...window, '--costs', costs);
    const { tenants } = jsonOf(await follow(`${economics?.command} --json`));
    const margins = new Map(tenants.map((row: Record<string, string>) => [row.tenant_id, row.margin]));
    expect(economics?.source).toBe('allocated');
    expect(economics?.tenants).toHaveLength(3);
    const { ids } = whole.tenants;
    for (const { tenant, margin } of economics?.tenants ?? []) expect(margin).toBe(margins.get(ids[tenant] ?? ''));
    expect(new Big(economics?.allocated ?? 0).plus(economics?.unallocated ?? 0).toFixed()).toBe('12.5');
  });

  it('gives a customer nothing of the two others, nor a share that would tell of them', async () => {
    const own = await gather(...window, '--tenant', 'acme');
    const text = JSON.stringify(own);
    for (const other of ['bluenote', 'cadenza', '_unknown']) expect(text).not.toContain(other);
    expect(own.windows[0]?.services[0]).toMatchObject({ total: null, bands: [], rows: { tenant: [0], share: [null] } });
    const at = whole.windows[0]?.services[0]?.rows.tenant.indexOf(whole.tenants.ids.indexOf('acme')) ?? -1;
    expect(own.windows[0]?.services[0]?.rows.amount[0]).toBe(whole.windows[0]?.services[0]?.rows.amount[at]);
  });

  it('writes a page whole or not at all, and says what it cannot do', async () => {
    const build = ['dashboard', 'build', '--lake', lake, ...window];
    const stdout = await tenantscopeOk([...build, '--out', '-'], { cwd });
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    const nowhere = await tenantscope([...build, '--out', join(cwd, 'no/where.html')], { cwd });
    expect([nowhere.code, nowhere.stdout]).toEqual([73, '']);
    const stranger = await tenantscope([...build, '--tenant', 'nobody', '--out', 'x.html'], { cwd });
    expect(stranger).toMatchObject({ code: 65, stdout: '' });
    expect(stranger.stderr).toContain('no such tenant');
    const noPackage = await tenantscope([...build, '--package', 'billing', '--out', 'x.html'], { cwd });
    expect(noPackage.code).toBe(66);
  });
});
