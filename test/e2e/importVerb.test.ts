import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { albLine, s3AccessLine } from '../ingest/importers/samples.js';
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
  expect(JSON.parse(run.stdout)).toMatchObject({ source: 'alb', files: 1, lines: 1, failed: [] });
  expect(run.stderr).toContain('1 files, 1 lines');
  const built = await tenantscope(['ledger', 'build', '--lake', lake, '--config', config]);
  expect(built.code).toBe(0);
  const report = ['report', 'run', 'top-tenants', '--lake', lake, '--config', config];
  const asked = await tenantscope([...report, '--since', '2026-11-20', '--until', '2026-11-21', '--json']);
  expect(asked.stdout).toContain('"acme"');
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

it('says that S3 access logs are not counted while lines are the source', async () => {
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
  expect(run.code).toBe(0);
  expect(run.stderr).toContain('S3 is counted from lines (meter_sources.S3)');
});
