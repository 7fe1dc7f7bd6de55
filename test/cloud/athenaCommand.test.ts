import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildRegistry } from '../../model/index.js';
import { athenaTables } from '../../queries/engines/athena/athenaTables.js';
import { openAthenaLake } from '../../queries/engines/athena/openAthenaLake.js';
import { jsonOf } from '../e2e/jsonOf.js';
import { temporaryFolder, tenantscope } from '../e2e/tenantscope.js';
import { writeHandMadeLake } from '../engines/handMadeLake.js';
import { reaped } from '../reaped.js';
import { createWorkgroup, environmentOf, type Workgroup } from './athenaOnMiniStack.js';
import { deployLake } from './deployLake.js';

const miniStack = inject('miniStack');
const DATABASE = 'hand_made';
const WINDOW = ['--since', '2026-11-22', '--until', '2026-11-24'];
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describe.skipIf('missing' in miniStack)('--engine athena from the command line', () => {
  const folder = temporaryFolder();
  const lake = join(folder.path, 'lake');
  // The SDK would announce on stderr which Node it will want next year.
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const env: Record<string, string> = 'missing' in miniStack ? {} : { ...environmentOf(miniStack), ...quiet };
  let workgroup: Workgroup;
  const athena = (...words: string[]) => [
    ...words,
    '--engine',
    'athena',
    '--athena-database',
    DATABASE,
    '--athena-workgroup',
    'command',
  ];

  beforeAll(async () => {
    if ('missing' in miniStack) return;
    workgroup = await createWorkgroup(miniStack, 'command');
    await writeHandMadeLake(lake);
    await deployLake(miniStack.endpoint, workgroup, lake, DATABASE);
  });
  afterAll(() => {
    workgroup.close();
    folder.remove();
  });

  it.each([
    'top-tenants',
    'billing-usage',
    'service-by-tenant-matrix',
    'tenant-share --param service=DynamoDB',
    'tenant-usage-by-day --param tenant_id=acme',
    'tenant-logs --param tenant_id=acme',
    'ingest-lag',
  ])('answers %s as the embedded engine does', async (report) => {
    const ask = ['report', 'run', ...report.split(' '), ...WINDOW, '--json', '--quiet'];
    const embedded = await tenantscope([...ask, '--lake', lake]);
    const answered = await tenantscope(athena(...ask), { env });
    expect(answered.stderr.replace(/^athena: .*\n$/m, '')).toBe(embedded.stderr);
    expect(answered.code).toBe(0);
    const rows = (text: string) => JSON.parse(text).rows;
    expect(rows(answered.stdout)).toEqual(rows(embedded.stdout));
    expect(rows(answered.stdout).length).toBeGreaterThan(0);
  });

  it('lists what a statement can read before it runs', async () => {
    const engine = openAthenaLake({
      tables: athenaTables(DATABASE),
      workgroup: 'command',
      listPrices: [],
      registry: buildRegistry({ tenants: [] }),
    });
    const days = (first: string, last: string) => ({ first, last });
    const read = { view: 'events', columns: [], tenants: ['acme', 'nobody'] };
    const [object, ...others] = (await engine.files?.([{ ...read, dates: days('2026-11-21', '2026-11-22') }])) ?? [];
    expect(others).toEqual([]);
    expect(object?.path).toBe('s3://hand-made/events/tenant_id=acme/dt=2026-11-22/one.parquet');
    expect(object?.bytes).toBe(statSync(join(lake, 'events/tenant_id=acme/dt=2026-11-22/one.parquet')).size);
    expect(await engine.files?.([{ ...read, dates: days('2026-11-23', '2026-11-30') }])).toEqual([]);
    expect(await engine.files?.([{ view: 'event_usage', columns: [] }])).toEqual([object]);
    expect((await workgroup.executions()).every(({ Query }) => !Query?.includes('nobody'))).toBe(true);
    await engine.close();
  });

  it('tells on stderr what was asked, read and paid', async () => {
    const { stderr } = await tenantscope(athena('report', 'run', 'top-tenants', ...WINDOW), { env });
    expect(stderr).toMatch(/^athena: \d quer(y|ies), scanned \d+ bytes, 0\.000\d+ USD at list price; [0-9a-f-]{36}/m);
  });

  it('starts a report, says how it is, and fetches its answer later', async () => {
    const run = ['report', 'run', 'tenant-usage-by-day', '--tenant', 'acme', ...WINDOW];
    const { stdout, stderr } = await tenantscope(athena(...run, '--no-wait'), { env });
    const id = stdout.trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(stderr).toContain(`tenantscope report fetch ${id}`);
    const fetched = await tenantscope(athena('report', 'fetch', id, '--wait', '--json'), { env });
    const embedded = await tenantscope([...run, '--lake', lake, '--json']);
    expect(JSON.parse(fetched.stdout).rows).toEqual(JSON.parse(embedded.stdout).rows);
    expect(JSON.parse(fetched.stdout).stats.query_id).toBe(id);
    const status = await tenantscope(athena('report', 'status', id, '--json'), { env });
    expect(jsonOf(status.stdout)).toMatchObject({ query_id: id, state: 'succeeded', cost_usd: '0.00005' });
    const unknown = await tenantscope(athena('report', 'status', '0'.repeat(36)), { env });
    expect(unknown).toMatchObject({ code: 66, stderr: expect.stringContaining('Athena knows no such query') });
  });

  it('answers one tenant with its rows only', async () => {
    const ask = ['report', 'run', 'tenant-usage-by-day', ...WINDOW, '--as-tenant', 'globex', '--json', '--quiet'];
    const answered = await tenantscope(athena(...ask), { env });
    const embedded = await tenantscope([...ask, '--lake', lake]);
    expect(JSON.parse(answered.stdout).rows).toEqual(JSON.parse(embedded.stdout).rows);
    expect(JSON.parse(answered.stdout).rows.length).toBeGreaterThan(0);
    const all = await tenantscope(athena('report', 'run', 'top-tenants', ...WINDOW, '--as-tenant', 'globex'), { env });
    expect(all.code).toBe(77);
  });

  it('says what a report would read and cost, and refuses what is above the limit', async () => {
    const ask = ['report', 'run', 'tenant-logs', '--tenant', 'acme', ...WINDOW];
    const dry = await tenantscope(athena(...ask, '--dry-run', '--json'), { env });
    const { size } = statSync(join(lake, 'events/tenant_id=acme/dt=2026-11-22/one.parquet'));
    expect(JSON.stringify(jsonOf(dry.stdout, { dryRun: true }))).toContain(String(size));
    const refused = await tenantscope(athena(...ask, '--max-bytes', '10'), { env });
    expect(refused).toMatchObject({
      code: 77,
      stderr: expect.stringMatching(/could read or cost more than its limit/),
    });
  });

  it('says which bookings of the log the ledger does not have yet', async () => {
    const manifest = JSON.parse(readFileSync(join(lake, 'ledger/manifests/0000000001.json'), 'utf8'));
    const entries = [
      { ...manifest, number: 2 },
      { version: 1, kind: 'seal', number: 3, booked_date: '2026-11-22' },
    ];
    for (const entry of entries) {
      const Key = `ledger/manifests/${String(entry.number).padStart(10, '0')}.json`;
      await workgroup.s3.send(new PutObjectCommand({ Bucket: 'hand-made', Key, Body: JSON.stringify(entry) }));
    }
    const { stdout } = await tenantscope(athena('report', 'run', 'top-tenants', ...WINDOW, '--json'), { env });
    expect(JSON.parse(stdout).warnings).toContain(
      'booking 2 of 1 objects is not finished: these figures are not complete; run: tenantscope ledger build',
    );
  });

  it('stops the query on the server when Ctrl-C is pressed, and ends with 130', async () => {
    const before = (await workgroup.executions()).length;
    const reports = join(folder.path, 'reports');
    mkdirSync(reports);
    writeFileSync(
      join(reports, 'slow.sql'),
      `-- ---
-- name: slow
-- title: Takes its time
-- owner: test
-- description: Takes its time.
-- table: ledger
-- expected_scan: none
-- params: []
-- columns: [{ name: n, type: bigint, unit: rows, description: rows }]
-- ---
select /* takes 60 s */ count(*) as n from ledger
`,
    );
    const args = athena('report', 'run', 'slow', '--reports', reports, ...WINDOW);
    const child = reaped(
      spawn(process.execPath, [MAIN, ...args], {
        env: { PATH: process.env.PATH ?? '', HOME: folder.path, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const slow = async () =>
      (await workgroup.executions()).find(({ Query }) => Query?.includes('/* takes 60 s */'))?.Status?.State;
    while ((await slow()) !== 'RUNNING') await sleep(50);
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await slow()).toBe('CANCELLED');
    expect(stderr).toMatch(/Athena query [0-9a-f-]{36}: the query was interrupted[\s\S]*it was stopped/);
    expect((await workgroup.executions()).length).toBeGreaterThan(before);
  });

  it('says what to do when nothing is as it should be', async () => {
    const ask = ['report', 'run', 'top-tenants', ...WINDOW, '--engine', 'athena'];
    const none = await tenantscope(ask, { env });
    expect(none).toMatchObject({ code: 64, stderr: expect.stringMatching(/engine\.athena\.database/) });
    const wrong = await tenantscope([...ask, '--athena-database', DATABASE, '--athena-workgroup', 'primary'], { env });
    expect(wrong).toMatchObject({
      code: 69,
      stderr: expect.stringMatching(/workgroup primary has no place for results/),
    });
    const missing = await tenantscope([...ask, '--athena-database', 'elsewhere', '--athena-workgroup', 'command'], {
      env,
    });
    expect(missing).toMatchObject({
      code: 69,
      stderr: expect.stringMatching(/elsewhere\.usage: the catalogue does not say where a table lies/),
    });
    const { AWS_ACCESS_KEY_ID: _, ...anonymous } = env;
    const nobody = await tenantscope(athena('report', 'run', 'top-tenants', ...WINDOW), {
      env: { ...anonymous, AWS_EC2_METADATA_DISABLED: 'true', HOME: folder.path },
    });
    expect(nobody).toMatchObject({ code: 77, stderr: expect.stringMatching(/no AWS credentials that are valid/) });
  });
});
