import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../cli/runCli.js';
import { fakeContext } from '../cli/fakeContext.js';
import { type FakeS3, startFakeS3 } from '../queries/store/fakeS3.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const cwd = at('project');
const tmp = at('tmp');
const lake = at('project/lake');
let now = '2026-11-02T05:00:00Z';
const before = process.env.TMPDIR;
const END = '2026-11-01T02:00Z';

/** Every file and folder below the project and of the temporary folder, with a hash of its bytes and when it was changed. */
function everything(): Readonly<Record<string, string>> {
  const names = [cwd, tmp].flatMap((root) =>
    readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name)),
  );
  return Object.fromEntries(
    names.sort().map((path) => {
      const { mtimeMs, size } = statSync(path);
      const isFile = statSync(path).isFile();
      const sha256 = isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder';
      // A folder that something was made in and removed from is as it was.
      return [relative(folder.path, path), isFile ? `${sha256} ${size} ${mtimeMs}` : sha256];
    }),
  );
}

/** Runs a verb in this process: half a hundred of their own would take minutes. */
async function run(...args: readonly string[]) {
  const context = fakeContext({ env: { TENANTSCOPE_CONFIG: at('project/tenantscope.yaml'), TENANTSCOPE_LAKE: lake } });
  context.wait(Date.parse(now));
  const code = await runCli(args, context);
  return { code, ...context.written() };
}

async function ok(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stderr], args.join(' ')).toEqual([0, expect.any(String)]);
  return stdout;
}

/** Runs a verb dry, holds it to have changed nothing, and returns what it said. */
async function dry(...args: readonly string[]) {
  const before = everything();
  const finished = await run(...args, '--dry-run');
  expect([finished.code, finished.stderr], args.join(' ')).toEqual([0, expect.any(String)]);
  expect(everything(), args.join(' ')).toEqual(before);
  return finished;
}

const dryJson = async (...args: readonly string[]) => jsonOf((await dry(...args, '--json')).stdout, { dryRun: true });
const json = async (...args: readonly string[]) => jsonOf(await ok(...args, '--json'));

beforeAll(async () => {
  mkdirSync(cwd);
  mkdirSync(tmp);
  process.env.TMPDIR = tmp;
  const size = ['--scenario', 'noisy-dynamodb', '--tenants', '8', '--hours', '3', '--history', '1d', '--end', END];
  await tenantscopeOk(['simulate', ...size, '--out', at('project/sim')]);
  cpSync(join(cwd, 'sim/tenantscope.yaml'), join(cwd, 'tenantscope.yaml'));
  appendFileSync(
    join(cwd, 'tenantscope.yaml'),
    `billing: { provider: Example Inc. }
report_schedules:
  - { name: shares, report: tenant-share, params: { service: DynamoDB }, period: day, at: 0 6 * * *, deliver: [{ folder: ./out }] }
`,
  );
  writeFileSync(join(cwd, 'access.log'), '10.0.0.1 - - [01/Nov/2026:00:00:01 +0000] "GET / HTTP/1.1" 200 12 "-" "x"\n');
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  folder.remove();
});

// In this order: each does for real what the one before it said.
describe('a dry run changes nothing, and says what the run then does:', () => {
  it('run, with a lake that is not there yet, and with content it has', async () => {
    const said = await dryJson('run', '--input', at('project/sim/records'));
    expect(said).toMatchObject({ skipped: [] });
    const done = await json('run', '--input', at('project/sim/records'));
    expect(said).toEqual({ ...done, objects: said.objects });
    expect(said.outcomes.accepted).toBeGreaterThan(1000);
    const again = await dryJson('run', '--input', at('project/sim/records'));
    expect([again.records, again.skipped.length > 0]).toEqual([0, true]);
  });

  it('import', async () => {
    const said = await dry('import', 'logs', '--input', at('project/access.log'));
    expect(said.stderr).toContain('dry run, nothing was written: would deliver 1 records');
  });

  it('ledger build and rebuild', async () => {
    const said = await dryJson('ledger', 'build');
    expect(said).toMatchObject({ sealed: [], strays: [] });
    const done = await json('ledger', 'build');
    expect([done.objects, done.rows]).toEqual([said.objects, said.rows]);
    now = '2026-11-03T05:00:00Z';
    expect(await dryJson('ledger', 'build')).toMatchObject({ objects: 0, sealed: ['2026-11-02'] });
    expect(await json('ledger', 'build')).toMatchObject({ sealed: ['2026-11-02'] });
    expect(await dryJson('ledger', 'build')).toMatchObject({ objects: 0, rows: 0, booked_date: null, partitions: [] });
    expect(await dryJson('ledger', 'rebuild')).toEqual({ bookings: 3, replaced: [] });
  });

  it('ledger maintain, without a server', async () => {
    const trino = ['--engine', 'trino', '--trino-url', 'http://127.0.0.1:1/lake', '--ledger-catalog', 'iceberg'];
    expect((await dry('ledger', 'maintain', ...trino)).stdout).toContain(
      'alter table "iceberg"."tenantscope"."usage" execute optimize;',
    );
  });

  it('bill export and bill close', async () => {
    const bill = (verb: string) => ['bill', verb, '--period', '2026-10', '--out', at('project/billing')];
    const said = await dryJson(...bill('export'));
    const done = await json(...bill('export'));
    const { would_write: files, ...manifest } = said;
    expect(manifest).toEqual(done);
    expect(files.map(({ path, bytes }: { path: string; bytes: number }) => [path, bytes]).sort()).toEqual(
      filesOf('billing'),
    );
    expect((await dry(...bill('export'))).stderr).toContain('dry run: nothing would be written');
    expect(await dryJson(...bill('close'), '--by', 'anna')).toMatchObject({
      state: 'closing',
      would_write: [{ path: at('project/billing/tenantscope/periods/0000000001.json') }],
    });
    const closed = await dryJson(...bill('close'), '--approved-by', 'berta');
    expect(closed).toMatchObject({ status: 'final', version: 2, closed: { approved_by: 'berta' } });
    const entries = closed.would_write.filter(({ path }: { path: string }) => path.includes('/periods/'));
    expect(entries).toHaveLength(3);
    expect(await ok('bill', 'periods', '--out', at('project/billing'))).toBe('every period is open\n');
    const november = ['--period', '2026-11', '--out', at('project/billing'), '--by', 'a'];
    const refused = await run('bill', 'close', ...november, '--dry-run');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('the month is not over')]);
  });

  it('allocate --out', async () => {
    writeFileSync(
      join(cwd, 'costs.csv'),
      'charge_id,start,end,service,currency,cost\nd,2026-10-31,2026-11-01,DynamoDB,USD,12.50\n',
    );
    const said = await dry(
      'allocate',
      '--costs',
      at('project/costs.csv'),
      '--period',
      '2026-10',
      '--out',
      at('project/costs'),
    );
    expect(said.stderr).toContain('costs/allocation/BILLING_PERIOD=2026-10/version=0001/allocated.csv');
  });

  it('alerts run, what people say of incidents, silences, and alerts rebuild', async () => {
    const alerts = ['alerts', 'run', '--at', '2026-11-01T01:00Z'];
    const said = await dry(...alerts);
    expect(said.stdout).toMatch(/^opened PAGE acme\/DynamoDB\/up: /m);
    expect(await ok(...alerts)).toBe(said.stdout);
    const word = ['--owner', 'kim', '--reason', 'TS-40'];
    const incident = 'acme/DynamoDB/up';
    expect(await dryJson('incident', 'ack', incident, ...word)).toMatchObject({
      acknowledged: { by: 'kim' },
    });
    expect(await dryJson('incident', 'resolve', incident, ...word)).toMatchObject({ state: 'resolved' });
    expect((await dry('incident', 'feedback', incident, 'false', '--owner', 'kim')).stderr).toContain('dry run');
    expect(await dryJson('silence', 'add', '--tenant', 'acme', '--for', '4h', ...word)).toMatchObject({
      match: { tenant_id: 'acme' },
    });
    const { id } = await json('silence', 'add', '--tenant', 'acme', '--for', '4h', ...word);
    expect(await dryJson('silence', 'expire', id)).toMatchObject({ id });
    expect(await dryJson('alerts', 'rebuild', '--since', '2026-10-30')).toMatchObject({ forgotten_incidents: 2 });
    expect(await json('incident', 'show', incident)).toMatchObject({ state: 'open', acknowledged: null });
  });

  it('report schedule run', async () => {
    expect((await dry('report', 'schedule', 'run', '--once')).stderr).toContain('dry run: nothing is due');
    const said = await dryJson('report', 'schedule', 'run', '--now', 'shares');
    expect(said).toMatchObject([{ schedule: 'shares', would: 'run', deliver: ['folder ./out'] }]);
  });

  it('lake compact and retain, replay, tenant erase', async () => {
    for (const args of [['lake', 'compact'], ['lake', 'retain'], ['replay'], ['replay', '--reason', 'unknown-tenant']])
      expect(await dryJson(...args), args.join(' ')).toEqual(expect.any(Object));
    expect(await dryJson('tenant', 'erase', 'acme')).toMatchObject({ tenant: 'acme' });
  });

  it('tenant add, change, offboard, suspend', async () => {
    const before = everything();
    await dry('tenant', 'add', 'newone', '--namespace', 'tenant-newone');
    await dry('tenant', 'change', 'acme', '--name', 'Acme');
    await dry('tenant', 'suspend', 'acme');
    await dry('tenant', 'offboard', 'acme');
    expect(everything()).toEqual(before);
  });
});

describe('a dry run on S3', () => {
  let s3: FakeS3;
  beforeAll(async () => {
    s3 = await startFakeS3();
  });
  afterAll(() => s3.stop());

  it('of bill export and bill close sends no command that writes', async () => {
    const aws = {
      TMPDIR: tmp,
      TENANTSCOPE_LAKE: lake,
      AWS_ENDPOINT_URL: s3.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    };
    for (const [verb, ...more] of [['export'], ['close', '--approved-by', 'berta']]) {
      const args = ['bill', verb ?? '', '--period', '2026-10', '--out', 's3://lake/billing', ...more, '--dry-run'];
      const finished = await tenantscope([...args, '--json'], { cwd, env: aws });
      expect(finished).toMatchObject({ code: 0 });
      expect(jsonOf(finished.stdout, { dryRun: true }).would_write[0].path).toMatch(
        /^s3:\/\/lake\/billing\/tenantscope\//,
      );
    }
    expect(s3.asked().length).toBeGreaterThan(2);
    expect(s3.asked().filter((request) => !/^(GET|HEAD) /.test(request))).toEqual([]);
    expect(s3.keys()).toEqual([]);
  });
});

/** Files below a folder of the project with their sizes, by path. */
function filesOf(name: string): readonly (readonly [string, number])[] {
  return readdirSync(join(cwd, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, statSync(path).size] as const)
    .sort();
}
