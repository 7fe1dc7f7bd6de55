import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../e2e/freePort.js';

/** An alert as Alertmanager has it. */
export interface StandingAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** A running Alertmanager of the test's own. */
export interface Alertmanager {
  readonly url: string;
  alerts(): Promise<readonly StandingAlert[]>;
  stop(): Promise<void>;
}

/** Starts one on a free port with a configuration and a storage of its own; no part of a service the package may have set up. */
export async function startAlertmanager(binary: string, config: string): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  writeFileSync(join(folder, 'am.yml'), config);
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    binary,
    [
      `--config.file=${join(folder, 'am.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${url.slice('http://'.length)}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
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
    if (child.exitCode !== null) throw new Error(`alertmanager ended with ${child.exitCode}:\n${log}`);
    await sleep(50);
  }
  return {
    url,
    alerts: async () => (await fetch(`${url}/api/v2/alerts`)).json() as Promise<readonly StandingAlert[]>,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
