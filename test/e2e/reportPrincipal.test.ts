import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
import { type Finished, temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder.remove());
const HELD = { TENANTSCOPE_TENANT: 'acme' };
const DAY = ['--since', '2026-11-20', '--until', '2026-11-21'];
/** What only the other tenant and the platform have: names, words, a figure. */
const FOREIGN = /globex|other-secret|shared-secret|_shared|424242/;

const line = (tenant: string, offset: number, log: string): string =>
  JSON.stringify({
    time: '2026-11-20T10:30:00Z',
    log,
    tenant_id: tenant,
    namespace: `tenant-${tenant}`,
    pod: `${tenant}-0`,
    pod_uid: tenant,
    container: 'c',
    file: 'f',
    offset,
  });
const capacity = (units: number): string =>
  JSON.stringify({
    operation: 'Query',
    ConsumedCapacity: { TableName: 't', CapacityUnits: units, ReadCapacityUnits: units },
  });

beforeAll(async () => {
  mkdirSync(join(cwd, 'input'));
  const lines = [
    line('acme', 1, 'acme-word'),
    line('acme', 2, capacity(3)),
    line('globex', 1, 'other-secret'),
    ...Array.from({ length: 5 }, (_, index) => line('globex', index + 2, capacity(424242))),
  ];
  writeFileSync(join(cwd, 'input/a.ndjson'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(cwd, 'tenantscope.yaml'),
    'lake: ./lake\ntenants:\n  - { id: acme, namespaces: [tenant-acme] }\n  - { id: globex, namespaces: [tenant-globex] }\n',
  );
  await tenantscopeOk(['run', '--input', 'input'], { cwd });
  await tenantscopeOk(['ledger', 'build'], { cwd });
});

const held = (...args: string[]): Promise<Finished> => tenantscope(['report', ...args], { cwd, env: HELD });

/** Nothing foreign in what a command printed; what the user typed may come back in a refusal. */
function expectNothingForeign({ stdout, stderr }: Finished, typed: readonly string[]): void {
  const said = typed.reduce((text, word) => text.replaceAll(word, ''), `${stdout}\n${stderr}`);
  expect(said).not.toMatch(FOREIGN);
}

describe('a principal of one tenant', () => {
  it('gets its own rows of its own reports, as the platform would see them', async () => {
    for (const args of [
      ['tenant-logs', '--format', 'ndjson', '-q'],
      ['tenant-usage-by-hour', '--format', 'csv', '-q'],
    ]) {
      const own = await held('run', ...args, ...DAY);
      const platform = await tenantscope(['report', 'run', ...args, ...DAY, '--tenant', 'acme'], { cwd });
      expect(own.code).toBe(0);
      expect(own.stdout).toBe(platform.stdout);
      expect(own.stdout.length).toBeGreaterThan(50);
      expectNothingForeign(own, []);
    }
    const flag = await tenantscope(['report', 'run', 'tenant-logs', '--as-tenant', 'acme', ...DAY, '--json'], { cwd });
    expect(JSON.parse(flag.stdout)).toMatchObject({ params: { tenant_id: 'acme' } });
    expect(JSON.parse(flag.stdout).rows).toHaveLength(2);
    expectNothingForeign(flag, []);
  });

  it.each([
    ['another tenant', ['run', 'tenant-logs', '--tenant', 'globex', ...DAY], 77],
    [
      'another tenant beside its own',
      ['run', 'tenant-logs', '--tenant', 'acme', '--param', 'tenant_id=globex', ...DAY],
      77,
    ],
    ['the platform’s lines', ['run', 'tenant-logs', '--param', 'tenant_id=_shared', ...DAY], 77],
    ['a list', ['run', 'tenant-logs', '--param', 'tenant_id=acme,globex', ...DAY], 77],
    ['an injection for a tenant', ['run', 'tenant-logs', '--param', "tenant_id=acme' or '1'='1", ...DAY], 77],
    ['to be another', ['run', 'tenant-logs', '--as-tenant', 'globex', ...DAY], 77],
    ['to be the platform', ['run', 'tenant-logs', '--as-tenant', '_shared', ...DAY], 64],
    ['everyone’s shares', ['run', 'tenant-share', '--service', 'DynamoDB', ...DAY], 77],
    ['the quarantine', ['run', 'quarantine', ...DAY], 77],
    ['everyone’s problems as its own', ['run', 'problems', '--param', 'tenant_ids=acme', ...DAY], 77],
    ['the plan of everyone’s', ['explain', 'top-tenants', ...DAY], 77],
    ['the text of everyone’s', ['show', 'top-tenants'], 77],
    ['a query by its id', ['fetch', 'some-id', '--engine', 'trino'], 77],
    ['another verb', ['lint'], 77],
  ])('cannot have %s', async (_, args, code) => {
    const refused = await held(...args);
    expect(refused).toMatchObject({ code, stdout: '' });
    expectNothingForeign(refused, ['globex', '_shared']);
  });

  it.each([
    "%' or tenant_id = 'globex' or body like '%",
    "x') union all select * from ledger --",
    "'; select * from read_parquet('lake/ledger/bookings/*/usage.parquet'); --",
  ])('finds nothing by searching for %j', async (search) => {
    const found = await held('run', 'tenant-logs', '--param', `search=${search}`, ...DAY, '--json');
    expect(JSON.parse(found.stdout).rows).toEqual([]);
    expectNothingForeign(found, [search, JSON.stringify(search).slice(1, -1)]);
  });

  it('is listed its own reports only, its own files among them as far as lint takes them', async () => {
    mkdirSync(join(cwd, 'reports'));
    const { stdout: source } = await held('show', 'tenant-usage-by-hour');
    const named = (name: string, edit: (text: string) => string): void =>
      writeFileSync(join(cwd, `reports/${name}.sql`), edit(source.replaceAll('tenant-usage-by-hour', name)));
    named('mine', (text) => text);
    named('all-of-it', (text) => text.replace('where tenant_id = {{tenant_id}}\n  and', 'where'));
    named('by-or', (text) =>
      text.replace('where tenant_id = {{tenant_id}}', 'where tenant_id = {{tenant_id}} or true'),
    );
    named('files', (text) => text.replace('from ledger', "from read_parquet('lake/ledger/bookings/*/usage.parquet')"));
    named('beside', (text) =>
      text.replace('from ledger', "from ledger join 'lake/ledger/bookings/0000000001/usage.parquet' as t on true"),
    );
    named('declared-platform', (text) => text.replace('scope: tenant', 'scope: platform'));
    named('names-another', (text) => text.replace('= {{tenant_id}}', "= 'globex'"));
    const list = jsonOf((await held('list', '--json')).stdout) as { name: string; scope: string }[];
    expect(list.map(({ name }) => name)).toContain('mine');
    expect(list.every(({ scope }) => scope === 'tenant')).toBe(true);
    expect((await held('run', 'mine', ...DAY)).code).toBe(0);
    for (const [name, code] of [
      ['all-of-it', 78],
      ['by-or', 78],
      ['files', 78],
      ['beside', 78],
      ['names-another', 78],
      ['declared-platform', 77],
    ] as const) {
      const refused = await held('run', name, ...DAY);
      expect(refused, name).toMatchObject({ code, stdout: '' });
    }
  });

  it('is shown its own files only by a dry run, and told nothing of others by a warning', async () => {
    const dry = await held('run', 'tenant-logs', ...DAY, '-n', '--json');
    expect(jsonOf(dry.stdout, { dryRun: true }).files.length).toBeGreaterThan(0);
    expectNothingForeign(dry, []);
    // An object of another that is not booked, and a service that only others use.
    writeFileSync(join(cwd, 'input/b.ndjson'), `${line('globex', 90, 'other-secret')}\n`);
    await tenantscopeOk(['run', '--input', 'input/b.ndjson'], { cwd });
    const warned = await held('run', 'tenant-usage-by-day', ...DAY, '--json');
    expect(warned.code).toBe(0);
    expect(warned.stderr).toBe('warning: not all that came in is booked yet: these figures may not be complete\n');
    expectNothingForeign(warned, []);
  });

  it.each([
    [['detect'], 77],
    [['ledger', 'build'], 77],
    [['bill', 'export', '--period', '2026-11', '--out', 'b'], 77],
    [['dashboard', 'build', '--out', 'x.html'], 77],
    [['reconcile'], 77],
    [['tenant', 'list'], 77],
  ])('runs nothing else: %j', async (args, code) => {
    const refused = await tenantscope(args, { cwd, env: HELD });
    expect(refused).toMatchObject({ code, stdout: '' });
    expectNothingForeign(refused, []);
  });

  it('a variable that is set and says no tenant holds back everything', async () => {
    for (const value of ['', '_unknown', 'ACME']) {
      const refused = await tenantscope(['report', 'list'], { cwd, env: { TENANTSCOPE_TENANT: value } });
      expect(refused).toMatchObject({ code: 78, stdout: '' });
    }
  });
});
