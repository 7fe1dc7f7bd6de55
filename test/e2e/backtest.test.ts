import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
import { tenantscope, tenantscopeOk } from './tenantscope.js';

const hours = (count: number, of: (tenant: number, hour: number) => number): string => {
  const rows = ['window_start,tenant_id,service,meter,quantity'];
  for (let hour = 0; hour < count; hour += 1)
    for (let tenant = 0; tenant < 15; tenant += 1)
      rows.push(
        `${new Date(Date.UTC(2026, 10, 1) + hour * 3_600_000).toISOString()},t${tenant},DynamoDB,read_units,${of(tenant, hour)}`,
      );
  return `${rows.join('\n')}\n`;
};

it('backtest names the tenant that was paged for, as a table and as JSON, and refuses a bad file by its line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
  const usage = join(folder, 'usage.csv');
  writeFileSync(
    usage,
    hours(60, (tenant, hour) => (tenant === 0 && hour >= 48 && hour < 54 ? 3e8 : 5e7)),
  );
  const table = await tenantscopeOk(['backtest', '--usage', usage]);
  expect(table).toContain('opened t0/DynamoDB/up PAGE: t0 used 30 % of DynamoDB');
  expect(table).toContain('would have been sent: 1 pages');
  const json = jsonOf(await tenantscopeOk(['backtest', '--usage', usage, '--json']));
  expect(json.incidents).toMatchObject([{ key: 't0/DynamoDB/up', state: 'resolved' }]);
  writeFileSync(
    usage,
    'window_start,tenant_id,service,meter,quantity\n2026-11-01T00:00:00Z,t0,DynamoDB,read_units,many\n',
  );
  const bad = await tenantscope(['backtest', '--usage', usage]);
  expect(bad.code).toBe(65);
  expect(bad.stderr).toContain(`${usage}:2`);
});
