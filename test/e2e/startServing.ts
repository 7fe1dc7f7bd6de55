import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { reaped } from '../reaped.js';
import { jsonOf } from './jsonOf.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A running `tenantscope serve`. */
export interface Serving {
  /** What it printed: its address. */
  readonly printed: string;
  readonly url: string;
  stderr(): string;
  /** Waits for the first page. */
  ready(): Promise<void>;
  /** Asks for the page until it holds. */
  until(holds: (page: string) => boolean): Promise<string>;
  /** Ctrl-C, and how it ended. */
  interrupt(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Ends it, if it has not ended. */
  stop(): Promise<unknown>;
}

/** Starts `tenantscope serve`; fails with what it said when it ends before it serves. */
export async function startServing(args: readonly string[]): Promise<Serving> {
  const child = reaped(
    spawn(process.execPath, [MAIN, 'serve', ...args], {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'America/St_Johns' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  while (!stdout.includes('\n')) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}:\n${stderr}`);
    await sleep(20);
  }
  const printed = stdout.trim();
  const url = printed.startsWith('{') ? (jsonOf(printed) as { url: string }).url : printed;
  return {
    printed,
    url,
    stderr: () => stderr,
    ready: async () => {
      while (!(await fetch(`${url}readyz`)).ok) await sleep(50);
    },
    until: async (holds) => {
      for (;;) {
        const page = await fetch(url).then((answer) => answer.text());
        if (holds(page)) return page;
        await sleep(100);
      }
    },
    interrupt: () => {
      child.kill('SIGINT');
      return ended;
    },
    stop: () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      return ended;
    },
  };
}
