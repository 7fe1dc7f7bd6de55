import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildIcebergLedger,
  type IcebergBuildSummary,
  journalObjects,
  localStore,
  type TrinoLedgerOptions,
  trinoLedger,
} from '../queries/index.js';

/** How long a run that was killed keeps others from building, at most, milliseconds. */
const LEASE_MS = 120_000;

/** Builds the ledger of a local lake on Trino. */
export async function buildTrinoLedger(
  options: TrinoLedgerOptions,
  onProgress: (text: string) => void,
): Promise<IcebergBuildSummary> {
  return buildIcebergLedger({
    ledger: await trinoLedger(options),
    store: localStore(options.lake),
    source: journalObjects(options.lake),
    clock: options.clock,
    lease: {
      owner: `${hostname()} ${process.pid}`,
      ttlMs: LEASE_MS,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    },
    onProgress,
  });
}
