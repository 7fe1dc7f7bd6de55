import { join } from 'node:path';
import { startDaemon } from '../e2e/startDaemon.js';

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
  const { url, stop } = await startDaemon(binary, { 'am.yml': config }, (folder) => [
    `--config.file=${join(folder, 'am.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    '--cluster.listen-address=',
  ]);
  return {
    url,
    alerts: async () => (await fetch(`${url}/api/v2/alerts`)).json() as Promise<readonly StandingAlert[]>,
    stop,
  };
}
