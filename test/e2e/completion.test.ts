import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../cli/runCli.js';
import { fakeContext } from '../cli/fakeContext.js';
import { temporaryFolder, tenantscope } from './tenantscope.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const at = { cwd: folder.path };
// In this process: one of its own for each would take a minute.
const words = async (...typed: string[]): Promise<readonly string[]> => {
  const context = fakeContext({ env: { TENANTSCOPE_CONFIG: join(folder.path, 'tenantscope.yaml') } });
  expect(await runCli(['completion', 'words', '--', ...typed], context)).toBe(0);
  const { stdout } = context.written();
  return stdout === '' ? [] : stdout.trimEnd().split('\n');
};

beforeAll(() => {
  mkdirSync(join(folder.path, 'bin'));
  writeFileSync(join(folder.path, 'bin/tenantscope'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(join(folder.path, 'bin/tenantscope'), 0o755);
  const text =
    'tenants:\n  - { id: acme, namespaces: [a] }\n  - { id: acorn, namespaces: [b] }\n  - { id: zeta, namespaces: [c] }\n';
  writeFileSync(join(folder.path, 'tenantscope.yaml'), text);
  writeFileSync(join(folder.path, 'seen.log'), '');
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
    [
      ['report', 'run', 'tenant-share', '--tenant=ac'],
      ['--tenant=acme', '--tenant=acorn'],
    ],
    [
      ['report', 'run', '--tenant', '=', 'ac'],
      ['acme', 'acorn'],
    ],
    [['report', 'run', 'tenant-share', '--param', 'ser'], ['service=']],
    [['report', 'run', 'tenant-share', '--format', 'par'], ['parquet']],
    [['silence', 'add', '--kind', 'noisy'], ['noisy_tenant']],
    [
      ['serve', '--callers', 'n'],
      ['named', 'none', 'numbered'],
    ],
    [['replay', '--reason', 'unk'], ['unknown-tenant']],
    [['incident', 'ack', '3f2a', '--reason', ''], []],
    [
      ['incident', 'feedback', '3f2a', ''],
      ['false', 'true', 'unsure'],
    ],
    [
      ['completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
  ])('%j gives %j', async (typed, found) => {
    expect(await words(...typed)).toEqual(found);
  });

  it('says nothing where a file is meant, or nothing can be known', async () => {
    expect(await words('run', '--input', '')).toEqual([]);
    expect(await words('no-such-verb', 'x', '')).not.toContain('x');
    expect(await words('report', 'run', 'tenant-share', '--config', 'absent.yaml', '--tenant', '')).toEqual([]);
    expect(await words('report', 'run', 'tenant-share', '--config=absent.yaml', '--tenant', '')).toEqual([]);
  });

  it('tells whoever is held to one tenant of no other', async () => {
    const { stdout } = await tenantscope(['completion', 'words', '--', 'tenant', 'erase', ''], {
      ...at,
      env: { TENANTSCOPE_TENANT: 'acme' },
    });
    expect(stdout).toBe('');
  });
});

/** A shell on this machine. A run that must have all of them (`.ci/run`) fails where one is missing. */
const has = (shell: string): boolean => {
  const found = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  if (!found && process.env.TENANTSCOPE_REQUIRE_SHELLS === '1')
    throw new Error(`no ${shell} on PATH: apt-get install ${shell}`);
  if (!found) console.warn(`skipped: no ${shell} on PATH, so its completion is not tried; apt-get install ${shell}`);
  return found;
};
const env = { PATH: `${join(folder.path, 'bin')}:${process.env.PATH}`, HOME: folder.path };
const shell = (name: string, ...args: readonly string[]): string =>
  execFileSync(name, args, { cwd: folder.path, env, encoding: 'utf8', timeout: 200_000 }).trim();

/** What is typed, and what a shell has to offer for it. */
const TYPED: readonly (readonly [line: string, found: readonly string[]])[] = [
  ['tenantscope det', ['detect']],
  ['tenantscope report run --tenant ac', ['acme', 'acorn']],
  ['tenantscope report run tenant-usage-by-d', ['tenant-usage-by-day']],
  ['tenantscope report run tenant-share --service Dyn', ['DynamoDB']],
  ['tenantscope report run tenant-share --format p', ['parquet']],
  ['tenantscope report run tenant-share --tenant=ac', ['acme', 'acorn']],
  ['tenantscope detect --fail-on ', ['INFO', 'PAGE', 'TICKET']],
  ['tenantscope run --input seen', ['seen.log']],
];

describe('the scripts complete as one types, in a real', () => {
  it.runIf(has('bash'))('bash', () => {
    const calls = TYPED.map(([line]) => {
      const words = line.split(/ |(=)/).filter((word) => word !== undefined);
      const quoted = words.map((word) => `'${word}'`).join(' ');
      return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _tenantscope 2>/dev/null; echo "\${COMPREPLY[*]}"`;
    });
    const script = ['source <(tenantscope completion bash)', ...calls, 'complete -p tenantscope'].join('\n');
    const out = shell('bash', '-c', script).split('\n');
    // Where it offers nothing, bash itself completes files: `-o default`.
    expect(out.slice(0, -1)).toEqual(TYPED.map(([line, found]) => (line.includes('--input') ? '' : found.join(' '))));
    expect(out.at(-1)).toBe('complete -o default -F _tenantscope tenantscope');
  });

  // A terminal of its own, in which the tab key is pressed; with the file of the function, and with `source`.
  it.runIf(has('zsh')).each([
    ['zsh, by source', 'source <(tenantscope completion zsh)'],
    ['zsh, by a file in fpath', 'true'],
  ])('%s', (_, load) => {
    mkdirSync(join(folder.path, '.zfunc'), { recursive: true });
    if (load === 'true')
      writeFileSync(join(folder.path, '.zfunc/_tenantscope'), shell('tenantscope', 'completion', 'zsh'));
    const lines = TYPED.map(
      ([line, found]) => `press ${JSON.stringify(line)} ${found.map((word) => JSON.stringify(word)).join(' ')}`,
    );
    const script = `zmodload zsh/zpty
zpty shell zsh -f -i
type() { zpty -w -n shell "$1" }
type $'PROMPT=; unsetopt zle_bracketed_paste; fpath=(~/.zfunc $fpath); autoload -U compinit; compinit -u -D; ${load}\\n'
type $'zstyle ":completion:*" list-prompt ""; LISTMAX=0; bindkey "\\\\t" list-choices; print READ\\\\Y\\n'
zpty -r -m shell out '*READY*'
press() {
  local line=$1 word more= out=; shift
  type "$line"$'\\t'
  for word in "$@"; do [[ $out == *$word* ]] || { zpty -r -m shell more "*$word*"; out+=$more }; done
  print -r -- "$line: $*"
  type $'\\x15'
}
${lines.join('\n')}
zpty -d shell`;
    expect(shell('zsh', '-fc', script).split('\n')).toEqual(
      TYPED.map(([line, found]) => `${line}: ${found.join(' ')}`),
    );
  });

  it.runIf(has('fish'))('fish', () => {
    const calls = TYPED.map(([line]) => `echo (complete -C ${JSON.stringify(line)})`);
    const out = shell('fish', '-c', ['tenantscope completion fish | source', ...calls].join('\n')).split('\n');
    const offered = ([line, found]: (typeof TYPED)[number]): string =>
      line.includes('=') ? found.map((word) => `--tenant=${word}`).join(' ') : found.join(' ');
    expect(out.map((line) => line.trim())).toEqual(TYPED.map(offered));
  });
});
