import type { TenantId } from '../../../model/index.js';
import type { AthenaEngine, AthenaParts } from './openAthena.js';
import type { AthenaLakeOptions } from './openAthenaLake.js';

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
