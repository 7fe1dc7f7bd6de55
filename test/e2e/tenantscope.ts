import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reaped } from '../reaped.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** What a finished command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is started. */
export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  /** Kill with SIGKILL after so many milliseconds, unless it ended before. */
  readonly killAfterMs?: number;
  /** Largest file the command may write, in KB: what a full disk looks like to it, without needing one. */
  readonly fileLimitKb?: number;
}

/** Runs the built command as a user would, in a clean environment. */
export function tenantscope(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const limited = ['bash', '-c', `ulimit -f ${options.fileLimitKb} && exec "$@"`, 'bash'];
    const [command = '', ...rest] = [
      ...(options.fileLimitKb === undefined ? [] : limited),
      process.execPath,
      MAIN,
      ...args,
    ];
    const child = reaped(
      spawn(command, rest, {
        cwd: options.cwd ?? tmpdir(),
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'America/St_Johns', ...options.env },
        stdio: 'pipe',
      }),
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const timer =
      options.killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.killAfterMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}

/** Runs a command that must succeed, and returns its stdout. */
export async function tenantscopeOk(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const finished = await tenantscope(args, options);
  if (finished.code !== 0)
    throw new Error(`tenantscope ${args.join(' ')} ended with ${finished.code}:\n${finished.stderr}`);
  return finished.stdout;
}

/** A temporary folder and the function that removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tenantscope-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
