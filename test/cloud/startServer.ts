import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that serves until it is stopped. */
export interface ServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where its output is kept. */
  readonly folder: string;
  /** Resolves once the server answers what the tests will ask; rejects as long as it does not. */
  readonly ready: () => Promise<unknown>;
}

const ATTEMPTS = 240;
const WAIT_MS = 250;

/**
 * Starts a server and waits until it is ready. Returns what ends it, at once: what it holds is thrown away with its folder.
 * Throws with the end of its output when it does not become ready.
 */
export async function startServer(options: ServerOptions): Promise<() => Promise<void>> {
  const log = join(options.folder, `${options.name}.log`);
  const output = openSync(log, 'w');
  const child = spawn(options.command, options.args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', output, output],
  });
  // Also when this process ends without a word: nothing else would ever end it.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let failed: unknown;
  child.once('error', (error) => (failed = error));
  const stop = async (): Promise<void> => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  for (let attempt = 0; attempt < ATTEMPTS && failed === undefined && child.exitCode === null; attempt++) {
    try {
      await options.ready();
      return stop;
    } catch (error) {
      if (attempt === ATTEMPTS - 1) failed = error;
      await sleep(WAIT_MS);
    }
  }
  await stop();
  const tail = readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
  throw new Error(`${options.name} did not start:\n${tail}`, { cause: failed });
}
