import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reaped } from '../reaped.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope } from './tenantscope.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const run = (args: readonly string[], env: Record<string, string> = {}) => tenantscope(args, { cwd: folder.path, env });

/** Runs a line of bash with `tenantscope` on it, ended by the first command that fails. */
async function bash(
  line: string,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const script = `set -o pipefail; tenantscope() { '${process.execPath}' '${MAIN}' "$@"; }; ${line}`;
  const child = reaped(
    spawn('bash', ['-c', script], { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
    'group',
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

beforeAll(async () => {
  await run(['simulate', '--out', 'sim', '--tenants', '4', '--hours', '2', '--history', '0', '--quiet']);
  const args = ['--config', 'sim/tenantscope.yaml', '--lake', 'lake', '--quiet'];
  expect((await run(['run', '--input', 'sim/records', ...args])).code).toBe(0);
  expect((await run(['ledger', 'build', ...args])).code).toBe(0);
});
afterAll(() => folder.remove());

describe('on a terminal', () => {
  const report = ['report', 'run', 'top-tenants', '--lake', 'lake', '--last', '2h', '-q'];

  it('colour follows NO_COLOR and FORCE_COLOR, and never goes into a pipe unasked', async () => {
    const escapes = '\u001b[';
    expect((await run(report)).stdout).not.toContain(escapes);
    expect((await run(report, { FORCE_COLOR: '1' })).stdout).toContain(escapes);
    expect((await run(report, { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain(escapes);
    expect((await run(report, { FORCE_COLOR: '1', TERM: 'dumb' })).stdout).not.toContain(escapes);
  });

  it('--quiet leaves stderr to warnings and errors', async () => {
    const finished = await run(['ledger', 'build', '--lake', 'lake', '--quiet', '--json']);
    expect(finished.stderr).toBe('');
    expect(jsonOf(finished.stdout)).toMatchObject({ objects: 0 });
    expect(await run(['init', '--out', 'quiet.yaml', '-fq'])).toMatchObject({ code: 0, stderr: '' });
    const refused = await run(['ledger', 'build', '--lake', 'no-such-lake', '-q']);
    expect(refused.code).toBe(66);
    expect(refused.stderr).toContain('[LAKE_NOT_FOUND]');
  });

  it('Ctrl-C ends a run that waits for a silent stdin at once, and leaves the lake free', async () => {
    const args = ['run', '--input', '-', '--lake', 'lake', '--config', 'sim/tenantscope.yaml'];
    const child = reaped(
      spawn(process.execPath, [MAIN, ...args], { cwd: folder.path, stdio: ['pipe', 'ignore', 'pipe'] }),
    );
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    // It holds the lake once it waits.
    const locked = () =>
      readdirSync(join(folder.path, 'lake'), { recursive: true }).some((name) => /stdin$/.test(String(name)));
    while (!locked()) await sleep(50);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr).toContain('[INTERRUPTED]');
    expect(locked()).toBe(false);
    expect((await run(['run', '--input', 'sim/records', ...args.slice(3)])).code).toBe(0);
  });

  it('a mistyped tenant of a report is warned of, by whichever flag it was given', async () => {
    const one = ['report', 'run', 'tenant-usage-by-day', '--config', 'sim/tenantscope.yaml', '--lake', 'lake', '-q'];
    for (const flags of [
      ['--tenant', 'acmee'],
      ['--param', 'tenant_id=acmee'],
    ]) {
      const asked = await run([...one, ...flags]);
      expect(asked.code).toBe(0);
      expect(asked.stderr).toContain('warning: no tenant "acmee" is registered; did you mean acme?');
    }
    expect((await run([...one, '--param', 'tenant_id=acme'])).stderr).not.toContain('is registered');
  });

  it('help is wrapped for a narrow one', async () => {
    const { stdout } = await run(['--help'], { COLUMNS: '40' });
    const [, options = ''] = stdout.split('Options:');
    for (const line of options.split('\n')) expect(line.length, line).toBeLessThanOrEqual(40);
  });

  it('a reader that goes away ends the command quietly', async () => {
    for (const line of ['tenantscope report list | true', 'tenantscope report list | head -1']) {
      const { code, stderr } = await bash(line);
      expect(stderr, line).toBe('');
      expect(code, line).toBe(0);
    }
  });

  it('Ctrl-C ends what runs with 130, says so in a line, and leaves no stack', async () => {
    const child = reaped(
      spawn(process.execPath, [MAIN, 'demo', '--out', 'demo'], {
        cwd: folder.path,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    let stderr = '';
    const ended = once(child, 'close');
    for await (const chunk of child.stderr) {
      if (stderr === '') child.kill('SIGINT');
      stderr += chunk;
    }
    const [code] = await ended;
    expect({ code, stderr }).toMatchObject({ code: 130 });
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stderr).toContain('[INTERRUPTED]');
  });
});
