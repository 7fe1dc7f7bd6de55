import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';
import { ledgerLines, truthLines } from './truth.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  await tenantscopeOk([
    'simulate',
    '--tenants',
    '3',
    '--hours',
    '2',
    '--history',
    '0',
    '--end',
    '2026-11-24',
    '--out',
    at('sim'),
  ]);
  await tenantscopeOk([
    'run',
    '--config',
    at('sim/tenantscope.yaml'),
    '--input',
    at('sim/records'),
    '--lake',
    at('lake'),
  ]);
  await tenantscopeOk(['ledger', 'build', '--lake', at('lake')]);
  mkdirSync(at('empty'));
  // A link to itself cannot be read by anyone, root included.
  symlinkSync(at('loop'), at('loop'));
  mkdirSync(at('not-a-lake'));
  writeFileSync(at('not-a-lake/file.txt'), 'mine');
  writeFileSync(at('bad.yaml'), 'version: 1\nlakke: ./lake\n');
});
afterAll(() => folder.remove());

const SHARE = ['report', 'run', 'tenant-share', '--lake', at('lake')];
const CASES: readonly [name: string, args: readonly string[], code: number, says: readonly RegExp[]][] = [
  ['unknown verb', ['detekt'], 64, [/unknown command/, /detect/]],
  ['unknown flag', ['detect', '--lkae', 'x'], 64, [/unknown option/]],
  ['unknown config key', ['vet', at('bad.yaml')], 78, [/CONFIG_INVALID/]],
  [
    'unknown config key in another verb',
    ['run', '--config', at('bad.yaml'), '--input', at('sim/records')],
    78,
    [/bad\.yaml:2:1: expected a known key \(did you mean lake\?\)/, /tenantscope vet/],
  ],
  ['named config that is missing', ['detect', '--config', at('no.yaml')], 66, [/no\.yaml/, /tenantscope init/]],
  ['missing lake', ['detect', '--lake', at('nowhere')], 66, [/LAKE_NOT_FOUND/, /nowhere/]],
  ['a folder that is no lake', ['report', 'run', 'top-tenants', '--lake', at('not-a-lake')], 66, [/LAKE_NOT_FOUND/]],
  [
    'writing into a folder of something else',
    ['run', '--input', at('sim/records'), '--lake', at('not-a-lake')],
    73,
    [/CANNOT_CREATE/],
  ],
  ['missing input', ['run', '--input', at('recrods'), '--lake', at('lake')], 66, [/INPUT_NOT_FOUND/, /recrods/]],
  ['unreadable file', ['run', '--input', at('loop'), '--lake', at('lake')], 66, [/INPUT_NOT_FOUND/, /loop/]],
  ['empty folder', ['run', '--input', at('empty'), '--lake', at('lake')], 66, [/INPUT_NOT_FOUND/, /empty/]],
  ['--last 24x', [...SHARE, '--param', 'service=DynamoDB', '--last', '24x'], 64, [/24x/, /such as/]],
  [
    'unknown report',
    ['report', 'run', 'tenant-shares', '--lake', at('lake')],
    66,
    [/REPORT_NOT_FOUND/, /tenant-share/],
  ],
  ['unknown parameter', [...SHARE, '--param', 'servce=DynamoDB'], 65, [/PARAMETER_INVALID/, /service/]],
  ['missing parameter', SHARE, 65, [/PARAMETER_INVALID/, /service/]],
  [
    'wrong parameter type',
    [...SHARE, '--param', 'service=DynamoDB', '--param', 'top=many'],
    65,
    [/PARAMETER_INVALID/, /top/, /many/],
  ],
  ['injection in a parameter', [...SHARE, '--param', "service=x' or '1'='1"], 65, [/PARAMETER_INVALID/]],
  [
    'impossible month',
    ['bill', 'export', '--lake', at('lake'), '--period', '2026-13', '--out', at('b')],
    65,
    [/2026-13/],
  ],
  ['simulate into a folder that is not empty', ['simulate', '--out', at('sim')], 73, [/CANNOT_CREATE/]],
  [
    'simulate with an unknown compression',
    ['simulate', '--out', at('s'), '--compress', 'gzpi'],
    64,
    [/did you mean gzip/],
  ],
  ['simulate with a share above 1', ['simulate', '--out', at('s'), '--formats', '2'], 64, [/--formats/, /0 to 1/]],
  ['init over a file', ['init', '--out', at('bad.yaml')], 73, [/--force/]],
];

describe('bad input', () => {
  it.each(CASES)('%s: its exit code, and a message that says what to do', async (_name, args, code, says) => {
    const finished = await tenantscope(args);
    expect({ code: finished.code, stdout: finished.stdout.length < 400 }).toEqual({ code, stdout: true });
    for (const pattern of says) expect(finished.stderr).toMatch(pattern);
    expect(finished.stderr).not.toMatch(/\n\s+at /);
  });

  it('zstd on a Node.js without it: what is needed, and nothing written', async () => {
    const { code, stderr } = await tenantscope([
      'simulate',
      '--out',
      at('z'),
      '--hours',
      '1',
      '--history',
      '0',
      '--compress',
      'zstd',
    ]);
    if ('zstdCompressSync' in zlib) {
      expect(code).toBe(0);
      return;
    }
    expect(code).toBe(64);
    expect(stderr).toMatch(/expected Node\.js 22\.15 or later/);
    expect(existsSync(at('z'))).toBe(false);
  });

  it('a disk that fills up: WRITE_FAILED, nothing half-written, and the same command again completes the lake', async () => {
    const run = ['run', '--config', at('sim/tenantscope.yaml'), '--input', at('sim/records'), '--lake', at('full')];
    const finished = await tenantscope(run, { fileLimitKb: 16 });
    expect({ code: finished.code, stderr: finished.stderr }).toMatchObject({ code: 74 });
    expect(finished.stderr).toMatch(/WRITE_FAILED/);
    expect(finished.stderr).toMatch(/run the same command again/);

    await tenantscopeOk(run);
    await tenantscopeOk(['ledger', 'build', '--lake', at('full')]);
    expect(await ledgerLines(at('full'))).toEqual(truthLines(at('sim')));
  });

  it('vet prints the problem itself on stdout, where a script can read it', async () => {
    const finished = await tenantscope(['vet', at('bad.yaml')]);
    expect(finished.stdout).toMatch(
      /bad\.yaml:2:1: expected a known key \(did you mean lake\?\), got the unknown key lakke/,
    );
  });
});
