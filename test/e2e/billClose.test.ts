import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, it } from 'vitest';
import { buildLedger } from '../../queries/index.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

// The command's own clock is today's; what is booked when is said here.
it('closes a month of a real ledger once its bookings are sealed, and bills what comes late in the next', async () => {
  const [sim, lake, out] = ['sim', 'lake', 'billing'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  const config = ['--config', join(sim, 'tenantscope.yaml'), '--lake', lake];
  const size = ['--tenants', '2', '--hours', '4', '--history', '0', '--end', '2026-11-01T02:00Z'];
  await tenantscopeOk(['simulate', ...size, '--out', sim]);
  appendFileSync(join(sim, 'tenantscope.yaml'), 'billing: { provider: Example Inc. }\n');
  await tenantscopeOk(['run', '--input', join(sim, 'records'), ...config]);
  const build = (now: string) => buildLedger({ lake, memoryMb: 256, threads: 1, clock: () => Date.parse(now) });
  await build('2026-11-02T05:00:00Z');
  const bill = (verb: string, period: string) => ['bill', verb, '--period', period, '--out', out, ...config];
  const early = await tenantscope([...bill('close', '2026-10'), '--approved-by', 'Anna Berg']);
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('no date of booking is sealed')]);
  await build('2026-11-03T05:00:00Z');
  await tenantscopeOk([...bill('close', '2026-10'), '--by', 'Ben']);
  expect(await tenantscopeOk(['bill', 'periods', '--out', out, '--config', join(sim, 'tenantscope.yaml')])).toBe(
    '2026-10  closing  begun by Ben\n',
  );
  const closed = jsonOf(await tenantscopeOk([...bill('close', '2026-10'), '--approved-by', 'Anna Berg', '--json']));
  expect(closed).toMatchObject({
    ...{ status: 'final', closed: { prepared_by: 'Ben', approved_by: 'Anna Berg' } },
    source: { booked_through: '2026-11-02', completeness: expect.stringContaining('declared') },
  });
  const version = join(out, 'tenantscope/BILLING_PERIOD=2026-10/version=0001');
  await tenantscopeOk(['bill', 'verify', version]);
  const again = await tenantscope([...bill('close', '2026-10'), '--approved-by', 'Carl']);
  expect([again.code, again.stderr]).toEqual([77, expect.stringContaining('by Anna Berg with version 1')]);

  const late = join(folder.path, 'late');
  await tenantscopeOk(['simulate', ...size, '--seed', '2', '--out', late]);
  await tenantscopeOk(['run', '--input', join(late, 'records'), ...config]);
  await build('2026-11-10T05:00:00Z');
  const next = jsonOf(await tenantscopeOk([...bill('export', '2026-11'), '--json']));
  expect(next.corrections.count).toBeGreaterThan(0);
  const november = join(out, 'tenantscope/BILLING_PERIOD=2026-11/version=0001');
  await tenantscopeOk(['bill', 'verify', november]);
  const rows: Record<string, string>[] = parse(
    gunzipSync(readFileSync(join(november, 'cost_and_usage-00001.csv.gz'))),
    {
      columns: true,
    },
  );
  const corrections = rows.filter(({ ChargeClass }) => ChargeClass === 'Correction');
  expect(new Set(corrections.map(({ ChargePeriodStart }) => ChargePeriodStart))).toEqual(
    new Set(['2026-10-31T00:00:00Z']),
  );
  const same = jsonOf(await tenantscopeOk([...bill('export', '2026-10'), '--json']));
  expect(same.export_id).toBe(closed.export_id);
}, 300_000);
