import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reaped } from '../reaped.js';
import { freePort } from './freePort.js';

/** A running server of the test's own. */
export interface Daemon {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts one of Prometheus's family on a free port, with a folder of its own, and waits until it says that it is ready. Throws with
 * what it said when it ends before.
 *
 * @param files put into the folder, by name
 * @param flags what it is started with beside its address
 */
export async function startDaemon(
  binary: string,
  files: Readonly<Record<string, string>>,
  flags: (folder: string) => readonly string[],
): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), 'daemon-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const child = reaped(
    spawn(binary, [...flags(folder), `--web.listen-address=${address}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const ready = async (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error(`${binary} ended with ${child.exitCode}:\n${log}`);
    await sleep(50);
  }
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
