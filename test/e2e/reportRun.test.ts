import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reaped } from '../reaped.js';
import { jsonOf } from './jsonOf.js';
import { type Finished, temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder.remove());
const DAY = ['--since', '2026-11-23', '--until', '2026-11-23T23:00Z'];
let config = '';

const run = (...args: string[]): Promise<Finished> =>
  tenantscope(['report', ...args, '--lake', 'lake', '--config', config], { cwd });

beforeAll(async () => {
  const simulation = ['--hours', '24', '--tenants', '2', '--end', '2026-11-24', '--out', 'simulation'];
  await tenantscopeOk(['simulate', ...simulation], { cwd });
  config = join(cwd, 'simulation/tenantscope.yaml');
  await tenantscopeOk(['run', '--config', config, '--input', 'simulation/records', '--lake', 'lake'], { cwd });
  await tenantscopeOk(['ledger', 'build', '--lake', 'lake'], { cwd });
});

/** Folders that an engine spilled into and did not remove. */
const leftBehind = (): string[] => readdirSync(join(cwd, 'lake/.staging')).filter((name) => name.startsWith('duckdb-'));

describe('report run --dry-run', () => {
  it('prints the statement, what it would read and cost, and runs nothing of it', async () => {
    const { code, stdout, stderr } = await run('run', 'tenant-logs', '--tenant', 'acme', ...DAY, '--dry-run');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/where tenant_id = 'acme'\n {4}and dt >= '2026-11-22' and dt <= '2026-11-30'/);
    expect(stdout).toMatch(
      /reads \d+ files? in \d+ partitions?\n {2}events\/tenant_id=acme\/dt=2026-11-2\d +\d+ files? /,
    );
    expect(stdout).toMatch(/estimate: [\d.]+ KB to [\d.]+ [KM]B: the columns named/);
    expect(stdout).toMatch(
      /cost: nothing on this engine; 0\.00005 USD on Athena, at 5 USD a terabyte and at least 10 MB/,
    );
    expect(stdout).toMatch(/result: made anew[\s\S]*nothing of tenant-logs was run\n$/);
    expect(stdout).not.toContain('nothing in this window');
  });

  it('says the same as JSON, with each file, the bounds and what a limit would say', async () => {
    const { code, stdout } = await run(
      'run',
      'tenant-logs',
      '--tenant',
      'acme',
      ...DAY,
      '-n',
      '--json',
      '--max-bytes',
      '1KB',
    );
    expect(code).toBe(0);
    const answer = jsonOf(stdout, { dryRun: true });
    expect(answer).toMatchObject({
      report: 'tenant-logs',
      params: { tenant_id: 'acme', window: { start: '2026-11-23T00:00:00.000Z', end: '2026-11-23T23:00:00.000Z' } },
      reuse: null,
      refused: { limit: '1000 bytes (--max-bytes)', allow: [`--max-bytes ${answer.estimate.bytes_high}`, '--yes'] },
      estimate: { usd_low: '0.00005', usd_high: '0.00005', usd_per_tb: 5, files_unread: 0, billed: false },
    });
    expect(answer.statements).toHaveLength(1);
    const sizes = answer.files.map(({ path }: { path: string }) => readFileSync(join(cwd, 'lake', path)).length);
    expect(answer.files.map(({ bytes }: { bytes: number }) => bytes)).toEqual(sizes);
    const sum = (key: 'bytes' | 'least_bytes') =>
      answer.files.reduce((total: number, file: Record<string, number>) => total + (file[key] ?? 0), 0);
    expect(answer.estimate).toMatchObject({ bytes_high: sum('bytes'), bytes_low: sum('least_bytes') });
    expect(answer.estimate.bytes_low).toBeGreaterThan(0);
    expect(answer.estimate.bytes_low).toBeLessThan(answer.estimate.bytes_high);
  });

  it('takes its price from the project file', async () => {
    const own = join(cwd, 'own.yaml');
    writeFileSync(own, `${readFileSync(config, 'utf8')}\nreports: { usd_per_tb: "6.25" }\n`);
    const asked = ['report', 'run', 'top-tenants', '--lake', 'lake', '--config', own, ...DAY, '-n', '--json'];
    const { stdout } = await tenantscope(asked, { cwd });
    expect(jsonOf(stdout, { dryRun: true }).estimate).toMatchObject({ usd_per_tb: 6.25, usd_high: '0.0000625' });
  });
});

describe('the cost guard', () => {
  it.each([
    [['--max-bytes', '1KB'], /at most 1000 bytes \(--max-bytes\), got an estimate of .*\n.*--max-bytes \d+ or --yes/],
    [['--max-cost', '0.00001'], /at most 0\.00001 USD \(--max-cost\), got .*\n.*--max-cost 0\.00005 or --yes/],
  ])('%j refuses before anything is run, unless --yes', async (limit, message) => {
    const refused = await run('run', 'tenant-logs', '--tenant', 'acme', ...DAY, ...limit);
    expect(refused).toMatchObject({ code: 77, stdout: '' });
    expect(refused.stderr).toMatch(message);
    const allowed = await run('run', 'tenant-logs', '--tenant', 'acme', ...DAY, ...limit, '--yes', '--limit', '1');
    expect(allowed.code).toBe(0);
    expect(allowed.stderr).toMatch(/run because of --yes/);
  });

  it('lets a report within its limits run, and takes one that stands in the report', async () => {
    const within = await run('run', 'top-tenants', ...DAY, '--max-bytes', '1GB', '--max-cost', '0.5');
    expect(within).toMatchObject({ code: 0, stderr: '' });
    await tenantscopeOk(['report', 'new', 'capped'], { cwd });
    const file = join(cwd, 'reports/capped.sql');
    writeFileSync(file, readFileSync(file, 'utf8').replace('# max_bytes: 10000000000', 'max_bytes: 10'));
    const capped = await run('run', 'capped', ...DAY);
    expect(capped.code).toBe(77);
    expect(capped.stderr).toContain('10 bytes (max_bytes of capped)');
    expect((await run('run', 'capped', ...DAY, '--max-bytes', '1GB')).code).toBe(0);
  });
});

describe('formats and streams', () => {
  it('rows go to stdout and everything else to stderr, which -q keeps still', async () => {
    const asked = ['run', 'tenant-usage-by-hour', '--tenant', 'acme', ...DAY];
    const csv = await run(...asked, '--format', 'csv');
    expect(csv.stdout.split('\r\n')[0]).toBe('hour,service,meter,unit,quantity,events');
    expect(csv.stderr).toMatch(
      /^window 2026-11-23 00:00 to 2026-11-23 23:00 UTC; data through .* UTC; completeness .*\ngenerated .* UTC\n$/,
    );
    const quiet = await run(...asked, '--format', 'csv', '-q', '--limit', '1');
    expect(quiet.stdout.split('\r\n')).toHaveLength(3);
    expect(quiet.stderr).toBe('warning: only the first 1 rows are shown; raise --limit\n');
    const ndjson = (await run(...asked, '--format', 'ndjson')).stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    const tsv = (await run(...asked, '--format', 'tsv')).stdout.trimEnd().split('\n');
    const json = JSON.parse((await run(...asked, '--json')).stdout);
    expect(ndjson).toHaveLength(csv.stdout.trimEnd().split('\r\n').length - 1);
    expect(tsv).toHaveLength(ndjson.length + 1);
    expect(json.rows).toEqual(ndjson.map((row) => Object.values(row)));
    expect(json.columns[4]).toEqual({ name: 'quantity', type: 'decimal(38,6)', unit: '' });
    expect(json.stats).toMatchObject({ query_id: null, bytes_scanned: null, cost_usd: null, reused: false });
    expect(Object.keys(json.stats)).toEqual([
      'query_id',
      'bytes_scanned',
      'cost_usd',
      'duration_ms',
      'reused',
      'data_through',
      'completeness',
      'generated_at',
    ]);
  });

  it('parquet goes to a file, with exact types, and equals the rows of json', async () => {
    const asked = ['run', 'tenant-usage-by-hour', '--tenant', 'acme', ...DAY];
    expect(await run(...asked, '--format', 'parquet')).toMatchObject({ code: 64, stdout: '' });
    const wrote = await run(...asked, '--format', 'parquet', '--out', 'usage.parquet');
    expect(wrote).toMatchObject({ code: 0, stdout: '' });
    expect(wrote.stderr).toMatch(/data through/);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = await connection.runAndReadAll(`select * from '${join(cwd, 'usage.parquet')}'`);
    expect(read.columnTypes().map(String)).toEqual([
      'TIMESTAMP',
      'VARCHAR',
      'VARCHAR',
      'VARCHAR',
      'DECIMAL(38,6)',
      'BIGINT',
    ]);
    const json = JSON.parse((await run(...asked, '--json')).stdout);
    expect(read.currentRowCount).toBe(json.rows.length);
    const sums = await connection.runAndReadAll(
      `select sum(quantity), sum(events) from '${join(cwd, 'usage.parquet')}'`,
    );
    const micros = (text: string): bigint =>
      BigInt(text.split('.')[0] ?? '') * 1_000_000n + BigInt((text.split('.')[1] ?? '').padEnd(6, '0'));
    const total = json.rows.reduce((sum: bigint, row: string[]) => sum + micros(String(row[4])), 0n);
    expect(micros(String(sums.getRows()[0]?.[0]))).toBe(total);
    connection.closeSync();
    instance.closeSync();
  });

  it('html is one page that allows nothing', async () => {
    expect(
      (await run('run', 'tenant-logs', '--tenant', 'acme', ...DAY, '--format', 'html', '--out', 'logs.html')).code,
    ).toBe(0);
    const page = readFileSync(join(cwd, 'logs.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>[\s\S]*default-src &#39;none&#39;[\s\S]*<\/html>\n$/);
    expect(page).not.toContain('<script');
  });

  it('--out appears whole or not at all, and an answer that fails leaves what was there', async () => {
    const out = join(cwd, 'kept.csv');
    writeFileSync(out, 'kept');
    const asked = [
      'report',
      'run',
      'tenant-usage-by-hour',
      '--lake',
      'lake',
      '--config',
      config,
      '--tenant',
      'acme',
      ...DAY,
    ];
    const before = readdirSync(cwd).sort();
    const full = await tenantscope([...asked, '--format', 'csv', '--out', out], { cwd, fileLimitKb: 1 });
    expect(full.code).not.toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('kept');
    expect(readdirSync(cwd).sort()).toEqual(before);
    const nowhere = await run('run', 'top-tenants', ...DAY, '--out', 'none/x.csv', '--format', 'csv');
    expect(nowhere.code).toBe(73);
    expect((await run('run', 'top-tenants', ...DAY, '--out', out, '--format', 'csv')).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^service,meter,unit,rank,/);
  });

  it('is quiet when its reader has seen enough, and cleans up', async () => {
    const script = '"$0" "$@" | head -n 1; echo $PIPESTATUS';
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const asked = ['run', 'tenant-logs', '--tenant', 'acme', ...DAY, '--limit', '10000', '--format', 'ndjson'];
    const child = reaped(
      spawn(
        'bash',
        ['-c', script, process.execPath, main, 'report', ...asked, '--lake', 'lake', '--config', config, '-q'],
        { cwd, detached: true },
      ),
      'group',
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    const [row = '', code] = stdout.trimEnd().split('\n');
    expect(JSON.parse(row)).toHaveProperty('event_id');
    expect(code).toBe('0');
    expect(stderr).not.toMatch(/tenantscope:|EPIPE/);
    expect(leftBehind()).toEqual([]);
  });
});

describe('running', () => {
  it('--timeout ends with 124, prints nothing as an answer, and leaves nothing', async () => {
    await tenantscopeOk(['report', 'new', 'endless'], { cwd });
    const file = join(cwd, 'reports/endless.sql');
    const joins = Array.from({ length: 6 }, (_, index) => `cross join ledger l${index}`).join('\n');
    const slow = readFileSync(file, 'utf8').replace(
      'from ledger\nwhere event_hour',
      `from ledger l\n${joins}\nwhere l.event_hour`,
    );
    writeFileSync(
      file,
      slow
        .replaceAll(
          /(?<=select\n {2}|group by |order by )tenant_id, service, meter, unit/g,
          'l.tenant_id, l.service, l.meter, l.unit',
        )
        .replaceAll('sum(quantity_micros)', 'sum(l.quantity_micros)')
        .replaceAll('sum(events)', 'sum(l.events)')
        .replace('and event_hour <', 'and l.event_hour <'),
    );
    const late = await run('run', 'endless', ...DAY, '--timeout', '2s');
    expect(late).toMatchObject({ code: 124, stdout: '' });
    expect(late.stderr).toMatch(/took longer than --timeout: expected an answer within 2 s/);
    expect(leftBehind()).toEqual([]);
  });

  it('Ctrl-C ends a query of the embedded engine with 130', async () => {
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const child = reaped(
      spawn(process.execPath, [main, 'report', 'run', 'endless', '--lake', 'lake', '--config', config, ...DAY], {
        cwd,
      }),
    );
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (leftBehind().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stderr).toMatch(/\[INTERRUPTED\]/);
    expect(leftBehind()).toEqual([]);
  });

  it.each([
    [['run', 'top-tenants', '--no-wait']],
    [['run', 'top-tenants', '--no-wait', '--engine', 'trino', '--trino-url', 'http://127.0.0.1:1']],
    [['status', 'some-id']],
    [['fetch', 'some-id', '--engine', 'trino', '--trino-url', 'http://127.0.0.1:1']],
  ])('%j is refused on an engine that keeps no statement', async (args) => {
    const refused = await run(...args);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toMatch(/keeps no statement to come back to: expected --engine athena/);
  });

  it('--reuse is refused where nothing is kept, but for none', async () => {
    expect((await run('run', 'top-tenants', ...DAY, '--reuse', '60m')).code).toBe(64);
    expect((await run('run', 'top-tenants', ...DAY, '--reuse', 'none')).code).toBe(0);
  });

  it('explain shows the plan of what would be run, and the nearest report for one there is not', async () => {
    const plan = await run('explain', 'top-tenants', ...DAY);
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toMatch(/READ_PARQUET/);
    const json = jsonOf((await run('explain', 'top-tenants', ...DAY, '--json')).stdout);
    expect(json).toMatchObject({ report: 'top-tenants', statement: expect.stringMatching(/^with by_tenant as/) });
    const unknown = await run('explain', 'top-tennants');
    expect(unknown.code).toBe(66);
    expect(unknown.stderr).toContain('did you mean top-tenants?');
    const parameter = await run('explain', 'tenant-share', '--param', 'servce=S3');
    expect(parameter.code).toBe(65);
    expect(parameter.stderr).toContain('did you mean service?');
    expect((await run('run', 'top-tenants', '--tenant', 'acme')).stderr).toMatch(/has no such parameter/);
    expect((await run('run', 'tenant-logs', '--tenant', 'acme', '--param', 'tenant_id=acme', ...DAY)).stderr).toMatch(
      /given more than once/,
    );
  });
});

describe('report new', () => {
  it('writes a report that lints and runs as it is, once', async () => {
    const made = await tenantscope(['report', 'new', 'my-lines', '--table', 'events', '--scope', 'tenant'], { cwd });
    expect(made).toMatchObject({ code: 0, stdout: 'reports/my-lines.sql\n' });
    expect(await tenantscope(['report', 'lint', 'reports/my-lines.sql'], { cwd })).toMatchObject({ code: 0 });
    expect((await run('run', 'my-lines', '--tenant', 'acme', ...DAY)).code).toBe(0);
    const text = readFileSync(join(cwd, 'reports/my-lines.sql'), 'utf8');
    const again = await tenantscope(['report', 'new', 'my-lines'], { cwd });
    expect(again).toMatchObject({ code: 73, stdout: '' });
    expect(readFileSync(join(cwd, 'reports/my-lines.sql'), 'utf8')).toBe(text);
    expect((await tenantscope(['report', 'new', 'top-tenants'], { cwd })).code).toBe(64);
    expect((await tenantscope(['report', 'new', '../x'], { cwd })).code).toBe(64);
    expect(existsSync(join(cwd, 'x.sql'))).toBe(false);
  });
});
