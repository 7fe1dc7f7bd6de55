import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaLedger,
  buildIcebergLedger,
  type IcebergBuildOptions,
  type IcebergBuildSummary,
  journalObjects,
  type LedgerRebuildSummary,
  type LedgerToBuild,
  localStore,
  rebuildIcebergLedger,
  type TrinoLedgerOptions,
  trinoLedger,
} from '../queries/index.js';

/** How long a run that was killed keeps others from building, at most, milliseconds. */
const LEASE_MS = 120_000;

/** How a build tells the time and how far it is. */
interface BuildContext {
  readonly clock: () => number;
  readonly onProgress: (text: string) => void;
}

/** Builds the ledger of a local lake on Trino. */
export async function buildTrinoLedger(
  options: TrinoLedgerOptions,
  onProgress: (text: string) => void,
): Promise<IcebergBuildSummary> {
  return buildIcebergLedger(await onTrino(options, onProgress));
}

/** Builds the ledger of a lake in S3, whoever computes it; `limits` are for a build that is ended at a fixed time. */
export function buildBucketLedger(
  ledger: LedgerToBuild,
  context: BuildContext,
  limits: Pick<IcebergBuildOptions, 'mostObjects' | 'until'> = {},
): Promise<IcebergBuildSummary> {
  return buildIcebergLedger({ ...buildOptions(ledger, context), ...limits });
}

/** Builds the ledger of a local lake on Trino again where it differs. */
export async function rebuildTrinoLedger(
  options: TrinoLedgerOptions,
  onProgress: (text: string) => void,
): Promise<LedgerRebuildSummary> {
  return rebuildIcebergLedger(await onTrino(options, onProgress));
}

/** The same of a lake in S3 on Athena. */
export function rebuildAthenaLedger(ledger: AthenaLedger, context: BuildContext): Promise<LedgerRebuildSummary> {
  return rebuildIcebergLedger(buildOptions(ledger, context));
}

async function onTrino(options: TrinoLedgerOptions, onProgress: (text: string) => void): Promise<IcebergBuildOptions> {
  const ledger = await trinoLedger(options);
  const [store, source] = [localStore(options.lake), journalObjects()];
  return buildOptions({ ledger, store, source }, { clock: options.clock, onProgress });
}

function buildOptions(
  { ledger, store, source }: LedgerToBuild,
  { clock, onProgress }: BuildContext,
): IcebergBuildOptions {
  return {
    ledger,
    store,
    source,
    clock,
    lease: {
      owner: `${hostname()} ${process.pid}`,
      ttlMs: LEASE_MS,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    },
    onProgress,
  };
}
