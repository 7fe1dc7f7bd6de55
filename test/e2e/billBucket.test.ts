import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeS3, startFakeS3 } from '../queries/store/fakeS3.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
let s3: FakeS3;
beforeAll(async () => {
  s3 = await startFakeS3();
});
afterAll(async () => {
  await s3.stop();
  folder.remove();
});

it('exports into a bucket, and verifies and compares what is there', async () => {
  const env = {
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    TMPDIR: folder.path,
  };
  const [sim, lake] = [join(folder.path, 'sim'), join(folder.path, 'lake')];
  const config = ['--config', join(sim, 'tenantscope.yaml'), '--lake', lake];
  const size = ['--tenants', '2', '--hours', '2', '--history', '0', '--end', '2026-11-24T02:00Z'];
  await tenantscopeOk(['simulate', ...size, '--out', sim]);
  await tenantscopeOk(['run', '--input', join(sim, 'records'), ...config]);
  await tenantscopeOk(['ledger', 'build', ...config]);
  const bill = ['bill', 'export', '--period', '2026-11', '--out', 's3://lake/billing', ...config];
  const first = await tenantscope(bill, { env });
  const version = (number: number) => `s3://lake/billing/tenantscope/BILLING_PERIOD=2026-11/version=000${number}`;
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(`wrote ${version(1)}`)]);
  appendFileSync(join(sim, 'tenantscope.yaml'), 'billing: { provider: Example Inc. }\n');
  const second = jsonOf(await tenantscopeOk([...bill, '--json'], { env }));
  expect(second).toMatchObject({ version: 2, supersedes: { version: 1 } });
  const verified = jsonOf(await tenantscopeOk(['bill', 'verify', version(2), '--json'], { env }));
  expect(verified).toMatchObject({ ok: true, folder: version(2) });
  const difference = jsonOf(await tenantscopeOk(['bill', 'diff', version(1), version(2), '--json'], { env }));
  expect(difference).toMatchObject({ difference: '0', changes: [] });
  const csv = gunzipSync(
    s3.bytes(`${version(2).slice('s3://lake/'.length)}/cost_and_usage-00001.csv.gz`) ?? Buffer.of(),
  );
  const rows: Record<string, string>[] = parse(csv, { columns: true });
  const { x_ChargeId: id = '' } = rows.find(({ ChargeCategory }) => ChargeCategory === 'Usage') ?? {};
  const origin = await tenantscopeOk(['bill', 'lineage', id, '--package', version(2), ...config, '--json'], { env });
  expect(jsonOf(origin)).toMatchObject({ charge: { x_ChargeId: id }, bookings: [{ manifest: 1 }] });
  expect(await tenantscopeOk(['bill', 'periods', '--out', 's3://lake/billing', ...config.slice(0, 2)], { env })).toBe(
    'every period is open\n',
  );
  const nothing = await tenantscope(['bill', 'verify', version(3)], { env });
  expect([nothing.code, nothing.stderr]).toEqual([66, expect.stringContaining('not a billing export')]);
  const allocate = ['allocate', '--costs', 'x.csv', '--period', '2026-11', '--out', 's3://lake/billing', ...config];
  const kept = await tenantscope(allocate, { env });
  expect([kept.code, kept.stderr]).toEqual([65, expect.stringContaining('allocations are kept in a folder')]);
}, 300_000);
