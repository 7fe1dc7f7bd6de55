import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { albLine, s3AccessLine } from '../ingest/importers/samples.js';
import { jsonOf } from './jsonOf.js';
import { tenantscope } from './tenantscope.js';

const root = mkdtempSync(join(tmpdir(), 'import-verb-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const config = join(root, 'tenantscope.yaml');
writeFileSync(config, 'tenants:\n  - id: acme\n    resources:\n      hosts: ["*.acme.example.com"]\n');
const logs = join(root, 'logs');
mkdirSync(logs);
writeFileSync(join(logs, 'a.log'), `${albLine('a.acme.example.com', '/')}\n`);

it('imports a folder into a lake, and says what it did', async () => {
  const lake = join(root, 'lake');
  const run = await tenantscope(['import', 'alb', '--input', logs, '--lake', lake, '--config', config, '--json']);
  expect(run).toMatchObject({ code: 0 });
  expect(jsonOf(run.stdout)).toMatchObject({ source: 'alb', files: 1, lines: 1, failed: [] });
  expect(run.stderr).toContain('1 file, 1 line,');
  const built = await tenantscope(['ledger', 'build', '--lake', lake, '--config', config]);
  expect(built.code).toBe(0);
  const report = ['report', 'run', 'top-tenants', '--lake', lake, '--config', config];
  const asked = await tenantscope([...report, '--since', '2026-11-20', '--until', '2026-11-21', '--json']);
  expect(asked.stdout).toContain('"acme"');
});

describe('log files of your own', () => {
  const lake = join(root, 'own-lake');
  const own = join(root, 'own.yaml');
  const file = join(root, 'access.log');
  const nginx = (minute: number, path: string) =>
    `10.0.0.1 - - [26/Nov/2026:10:0${minute}:00 +0000] "GET ${path} HTTP/1.1" 200 500 "-" "curl/8"\n`;
  const app = (minute: number, tenant: string) =>
    `{"time":"2026-11-26T10:0${minute}:00Z","level":"info","msg":"search","event":"search.done","tenant_id":"${tenant}"}\n`;
  const meter = '  - { service: Search, meter: queries, unit: Queries, when: [{ path: event, equals: search.done }] }';
  const usage = async (): Promise<readonly string[]> => {
    await tenantscope(['ledger', 'build', '--lake', lake, '--config', own]);
    const window = ['--since', '2026-11-26', '--until', '2026-11-27', '--format', 'csv'];
    const { stdout } = await tenantscope(['report', 'run', 'top-tenants', ...window, '--lake', lake, '--config', own]);
    return stdout.split('\r\n').filter((line) => /^(Ingress,requests|Search)/.test(line));
  };

  it('are metered by path, or by the tenant a JSON line names; what nobody is named for is _unknown', async () => {
    writeFileSync(
      own,
      `tenants:\n  - { id: acme, resources: { paths: [/acme] } }\n  - { id: globex, resources: { paths: [/globex] } }\nmeters:\n${meter}\n`,
    );
    writeFileSync(file, nginx(1, '/acme/a') + nginx(1, '/acme/a') + nginx(2, '/globex/b?x=1') + nginx(3, '/health'));
    writeFileSync(join(root, 'app.jsonl'), app(1, 'acme') + app(2, 'globex') + app(2, 'globex') + app(3, 'nobody'));
    const inputs = ['--input', file, join(root, 'app.jsonl')];
    const run = await tenantscope(['import', 'logs', ...inputs, '--lake', lake, '--config', own]);
    expect(run).toMatchObject({ code: 0 });
    expect(await usage()).toEqual([
      'Ingress,requests,Requests,1,acme,2,2',
      'Ingress,requests,Requests,2,_unknown,1,1',
      'Ingress,requests,Requests,3,globex,1,1',
      'Search,queries,Queries,1,globex,2,2',
      'Search,queries,Queries,2,_unknown,1,1',
      'Search,queries,Queries,3,acme,1,1',
    ]);
  });

  it('are what run names the import for, which everybody tries first', async () => {
    const run = await tenantscope(['run', '--input', file, '--lake', join(root, 'tried-lake'), '--config', own]);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('4 undecodable');
    expect(run.stderr).toContain('tenantscope import logs --help');
  });

  it('count once when the file has grown and has another name', async () => {
    const grown = join(root, 'access.log.1');
    writeFileSync(grown, `${readFileSync(file, 'utf8')}${nginx(9, '/globex/c')}`);
    await tenantscope(['import', 'logs', '--input', grown, '--lake', lake, '--config', own]);
    expect(await usage()).toContain('Ingress,requests,Requests,2,globex,2,2');
  });
});

it('ends with 65 when a file could not be read, and names it', async () => {
  writeFileSync(join(root, 'bad.log'), 'nothing of an ALB\n');
  const run = await tenantscope(['import', 'alb', '--input', join(root, 'bad.log'), '--lake', join(root, 'lake-2')]);
  expect(run.code).toBe(65);
  expect(run.stderr).toContain('1 of 1 files could not be read');
  expect(run.stderr).toContain('check which source the file comes from');
});

it.each([
  [
    'another stream',
    ['import', 'alb', '--input', logs, '--stream', 'cell-1'],
    64,
    'believed on the platform stream only',
  ],
  [
    'a lake and a stream',
    ['import', 'alb', '--input', logs, '--stream', 'x', '--lake', 'y'],
    64,
    '--stream and --lake together',
  ],
  [
    'a source by the name of the program that wrote it',
    ['import', 'nginx', '--input', logs],
    64,
    'nginx, JSON and other log files: tenantscope import logs --input FILES',
  ],
  [
    'no such path',
    ['import', 'alb', '--input', join(root, 'none'), '--lake', join(root, 'l')],
    66,
    'the input does not exist',
  ],
  [
    'metrics into a stream without a position',
    ['import', 'cloudwatch-metrics', '--stream', 'tenantscope-platform'],
    64,
    '--position FILE',
  ],
])('refuses %s', async (_name, args, code, text) => {
  const run = await tenantscope([...args, '--config', config]);
  expect(run.code).toBe(code);
  expect(run.stderr).toContain(text);
});

it('refuses S3 access logs that would not be counted, since they come in once, unless that is wanted', async () => {
  const file = join(root, 's3.log');
  writeFileSync(file, `${s3AccessLine('REST.GET.OBJECT', 'acme/a')}\n`);
  const run = await tenantscope([
    'import',
    's3-access',
    '--input',
    file,
    '--lake',
    join(root, 'lake-3'),
    '--config',
    config,
  ]);
  expect(run.code).toBe(64);
  expect(run.stderr).toContain('meter_sources: { S3: access_logs }');
  const args = ['--input', file, '--lake', join(root, 'lake-3'), '--config', config];
  const kept = await tenantscope(['import', 's3-access', ...args, '--cross-check']);
  expect(kept.code).toBe(0);
  expect(kept.stderr).toContain('S3 is counted from lines (meter_sources.S3)');
});

it('tells what is nobody’s yet, and refuses times without a zone until somebody names one', async () => {
  const own = join(root, 'zones.yaml');
  writeFileSync(
    own,
    'identity: { tenant_keys: [customer.id] }\ntenants: [{ id: acme }]\nmeters:\n  - { service: Jobs, meter: runs, unit: Runs, formats: [json] }\n',
  );
  const python = (tenant: string) =>
    `{"asctime":"2026-11-26 10:00:00,123","levelname":"INFO","message":"run","customer":{"id":"${tenant}"}}\n`;
  const file = join(root, 'python.log');
  writeFileSync(file, python('acme') + python('opus') + python('opus'));
  const args = ['import', 'logs', '--input', file, '--lake', join(root, 'zones'), '--config', own];
  const refused = await tenantscope(args);
  expect(refused.code).toBe(65);
  expect(refused.stderr).toContain('python.log:1: a time names no zone');
  const run = await tenantscope([...args, '--zone', '+02:00', '--json']);
  expect(run.code).toBe(0);
  expect(jsonOf(run.stdout).found).toEqual({
    counted: 3,
    nobody: { 'tenant opus': 2 },
    untimed: 0,
    otherSource: {},
  });
  expect(run.stderr).toContain("the usage of 2 lines is nobody's yet (_unknown): tenant opus (2)");
  await tenantscope(['ledger', 'build', '--lake', join(root, 'zones'), '--config', own]);
  const asked = ['--since', '2026-11-26T08:00Z', '--until', '2026-11-26T09:00Z', '--format', 'csv'];
  const report = await tenantscope(['report', 'run', 'top-tenants', ...asked, '--lake', join(root, 'zones')]);
  expect(report.stdout).toContain('Jobs,runs,Runs,2,acme,1,1');
  expect((await tenantscope([...args, '--zone', 'Mars'])).code).toBe(64);
});
