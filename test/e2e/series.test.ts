import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { kubeletSummary, signIn } from '../ingest/importers/samples.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';
import { ledgerLines } from './truth.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const config = join(folder.path, 'tenantscope.yaml');
writeFileSync(
  config,
  'tenants:\n  - id: acme\n    namespaces: [tenant-acme]\n    resources:\n      user_pools: [pool]\n',
);

let files = 0;
async function importText(lake: string, source: string, text: string): Promise<void> {
  const input = join(folder.path, `input-${files++}`);
  writeFileSync(input, text);
  await tenantscopeOk(['import', source, '--input', input, '--lake', lake, '--config', config]);
}
const cpu = (samples: readonly (readonly [minute: string, seconds: number])[]): string =>
  samples
    .map(([minute, seconds]) => kubeletSummary('tenant-acme', seconds * 1e9, `2026-11-20T10:${minute}:00Z`))
    .join('\n');
const signIns = (...users: readonly (readonly [user: string, time: string])[]): string =>
  JSON.stringify({
    Records: users.map(([user, time]) =>
      signIn('pool', user, { eventTime: `2026-11-${time}`, eventID: `${user} ${time}` }),
    ),
  });

const IMPORTS: readonly (readonly [source: string, text: string])[] = [
  [
    'kubelet',
    cpu([
      ['00', 100],
      ['30', 160],
    ]),
  ],
  ['cloudtrail', signIns(['ann', '20T10:00:00Z'], ['bob', '20T11:00:00Z'], ['ann', '21T10:00:00Z'])],
  // Late: one container restart between the samples above, and a user who was there a day before.
  ['kubelet', cpu([['10', 20]])],
  ['cloudtrail', signIns(['ann', '19T23:00:00Z'], ['bob', '22T09:00:00Z'])],
];
const report = ['report', 'run', 'tenant-usage-by-day', '--param', 'tenant_id=acme', '--config', config];
const window = ['--since', '2026-11-01', '--until', '2026-12-01', '--json'];

it('CPU time and active users show in reports, whatever came late', async () => {
  const lake = join(folder.path, 'lake');
  for (const [source, text] of IMPORTS) {
    await importText(lake, source, text);
    await tenantscopeOk(['ledger', 'build', '--lake', lake, '--config', config]);
  }
  const { rows } = JSON.parse(await tenantscopeOk([...report, ...window, '--lake', lake])) as { rows: unknown[][] };
  expect(rows).toContainEqual(['2026-11-20', 'EKS', 'vcpu_seconds', 'vCPU-Seconds', '160', 3]);
  const users = rows.filter((row) => row[2] === 'monthly_active_users');
  expect(users.map((row) => [row[0], row[4]])).toEqual([
    ['2026-11-19', '1'],
    ['2026-11-20', '1'],
    ['2026-11-21', '0'],
    ['2026-11-22', '0'],
  ]);
  await tenantscopeOk(['reconcile', '--lake', lake, '--config', config]);
});

it('kill -9 during builds, then the same again: the same ledger as one booking of everything', async () => {
  const [killed, once] = [join(folder.path, 'killed'), join(folder.path, 'once')];
  for (const [source, text] of IMPORTS) {
    await importText(once, source, text);
    await importText(killed, source, text);
    for (const killAfterMs of [300, 500])
      await tenantscope(['ledger', 'build', '--lake', killed, '--config', config], { killAfterMs });
  }
  for (const lake of [killed, once]) {
    await tenantscopeOk(['ledger', 'build', '--lake', lake, '--config', config]);
    await tenantscopeOk(['reconcile', '--lake', lake, '--config', config]);
  }
  expect(await ledgerLines(killed)).toEqual(await ledgerLines(once));
});
