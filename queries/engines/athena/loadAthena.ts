import type { AthenaEngine, AthenaParts } from './openAthena.js';
import type { AthenaLakeOptions } from './openAthenaLake.js';

/**
 * Opens a lake in Athena as `openAthenaLake` does, and loads that only now: the clients of AWS take longer to load than most
 * commands to run.
 */
export async function loadAthena(options: AthenaLakeOptions, parts: Partial<AthenaParts> = {}): Promise<AthenaEngine> {
  const { openAthenaLake } = await import('./openAthenaLake.js');
  return openAthenaLake(options, parts);
}
