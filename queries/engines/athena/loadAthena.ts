import type { TenantId } from '../../../model/index.js';
import type { AthenaEngine, AthenaParts } from './openAthena.js';
import type { AthenaLakeOptions } from './openAthenaLake.js';
import type { AthenaLedger } from './openAthenaLedger.js';

/**
 * Opens a lake in Athena, for everyone's rows or one tenant's, and loads what that takes only now: the clients of AWS take
 * longer to load than most commands to run.
 */
export async function loadAthena(
  options: AthenaLakeOptions,
  parts: Partial<AthenaParts> = {},
  tenant?: TenantId,
): Promise<AthenaEngine> {
  const { openAthenaLake, openAthenaTenant } = await import('./openAthenaLake.js');
  return tenant === undefined ? openAthenaLake(options, parts) : openAthenaTenant(options, tenant, parts);
}

/** Opens the ledger that Athena keeps as `openAthenaLedger` does, and loads what that takes only now. */
export async function loadAthenaLedger(
  options: AthenaLakeOptions,
  clock: () => number,
  parts: Partial<AthenaParts> = {},
): Promise<AthenaLedger> {
  const { openAthenaLedger } = await import('./openAthenaLedger.js');
  return openAthenaLedger(options, clock, parts);
}
