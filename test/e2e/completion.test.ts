import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tenantscope } from './tenantscope.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const at = { cwd: folder.path };
const words = async (...typed: string[]): Promise<readonly string[]> => {
  const { code, stdout } = await tenantscope(['completion', 'words', '--', ...typed], at);
  expect(code).toBe(0);
  return stdout === '' ? [] : stdout.trimEnd().split('\n');
};

beforeAll(() => {
  mkdirSync(join(folder.path, 'bin'));
  writeFileSync(join(folder.path, 'bin/tenantscope'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(join(folder.path, 'bin/tenantscope'), 0o755);
  const text =
    'tenants:\n  - { id: acme, namespaces: [a] }\n  - { id: acorn, namespaces: [b] }\n  - { id: zeta, namespaces: [c] }\n';
  writeFileSync(join(folder.path, 'tenantscope.yaml'), text);
});
afterAll(() => folder.remove());

describe('completion words', () => {
  it.each([
    [['rep'], ['replay', 'report']],
    [['report', 'sh'], ['show']],
    [
      ['report', 'schedule', ''],
      ['help', 'list', 'run'],
    ],
    [['report', 'run', 'tenant-usage-by-d'], ['tenant-usage-by-day']],
    [
      ['report', 'run', 'tenant-share', '--tenant', 'ac'],
      ['acme', 'acorn'],
    ],
    [['report', 'run', 'tenant-share', '--service', 'Dyn'], ['DynamoDB']],
    [
      ['report', 'run', 'tenant-share', '--engine', ''],
      ['athena', 'duckdb', 'trino'],
    ],
    [['tenant', 'erase', 'ze'], ['zeta']],
    [['config', 'show', 'retent'], ['retention']],
    [['rates', '--qu'], ['--quiet']],
  ])('%j gives %j', async (typed, found) => {
    expect(await words(...typed)).toEqual(found);
  });

  it('says nothing where a file is meant, or nothing can be known', async () => {
    expect(await words('run', '--input', '')).toEqual([]);
    expect(await words('no-such-verb', 'x', '')).not.toContain('x');
    expect(await words('report', 'run', 'tenant-share', '--config', 'absent.yaml', '--tenant', '')).toEqual([]);
  });

  it('tells whoever is held to one tenant of no other', async () => {
    const { stdout } = await tenantscope(['completion', 'words', '--', 'tenant', 'erase', ''], {
      ...at,
      env: { TENANTSCOPE_TENANT: 'acme' },
    });
    expect(stdout).toBe('');
  });
});

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const env = { PATH: `${join(folder.path, 'bin')}:${process.env.PATH}`, HOME: folder.path };

describe('the scripts', () => {
  it.runIf(has('bash'))('complete in a real bash', () => {
    const script = `source <(tenantscope completion bash)
COMP_WORDS=(tenantscope report run --tenant ac); COMP_CWORD=4; _tenantscope; echo "\${COMPREPLY[*]}"
COMP_WORDS=(tenantscope det); COMP_CWORD=1; _tenantscope; echo "\${COMPREPLY[*]}"
COMP_WORDS=(tenantscope report ""); COMP_CWORD=2; _tenantscope; echo "\${#COMPREPLY[@]}"
complete -p tenantscope`;
    const out = execFileSync('bash', ['-c', script], { cwd: folder.path, env, encoding: 'utf8' }).trim().split('\n');
    expect(out.slice(0, 2)).toEqual(['acme acorn', 'detect']);
    expect(Number(out[2])).toBeGreaterThan(8);
    expect(out[3]).toBe('complete -o default -F _tenantscope tenantscope');
  });

  it.runIf(has('zsh'))('are read by a real zsh', () => {
    const script =
      'autoload -U compinit && compinit -u -D; source <(tenantscope completion zsh); print $_comps[tenantscope]';
    const out = execFileSync('zsh', ['-fc', script], { cwd: folder.path, env, encoding: 'utf8' });
    expect(out.trim()).toBe('_tenantscope');
  });

  it.runIf(has('fish'))('complete in a real fish', () => {
    const script = 'tenantscope completion fish | source; complete -C "tenantscope report run --tenant ac"';
    const out = execFileSync('fish', ['-c', script], { cwd: folder.path, env, encoding: 'utf8' });
    expect(out.trim().split('\n').sort()).toEqual(['acme', 'acorn']);
  });
});
