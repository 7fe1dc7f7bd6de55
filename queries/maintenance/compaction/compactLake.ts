import { checkLake } from '../../engines/checkLake.js';
import type { LakeLock } from '../LakeLock.js';
import { localFiles } from '../localFiles.js';
import { type CompactionOptions, type CompactionSummary, compactFiles } from './compactFiles.js';

/**
 * Compacts a lake in a folder. Throws LAKE_NOT_FOUND, LAKE_BUSY while another maintenance runs, and as `compactFiles`.
 */
export async function compactLake(
  options: CompactionOptions & { readonly lake: string; readonly lock: LakeLock },
): Promise<CompactionSummary> {
  const { lake, lock } = options;
  await checkLake(lake);
  const unlock = options.dryRun ? undefined : await lock(lake);
  try {
    return await compactFiles(localFiles(lake), options);
  } finally {
    await unlock?.();
  }
}
