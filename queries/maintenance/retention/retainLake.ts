import { checkLake } from '../../engines/checkLake.js';
import type { LakeLock } from '../LakeLock.js';
import { localFiles } from '../localFiles.js';
import { mergedDates } from './mergedDates.js';
import { type RetentionOptions, type RetentionSummary, retainFiles } from './retainFiles.js';

/**
 * The retention of a lake in a folder, whose ledger is the embedded one. Throws LAKE_NOT_FOUND, LAKE_BUSY while another
 * maintenance runs, and as `retainFiles`.
 */
export async function retainLake(
  options: Omit<RetentionOptions, 'merged'> & { readonly lake: string; readonly lock: LakeLock },
): Promise<RetentionSummary> {
  const { lake, lock } = options;
  await checkLake(lake);
  const unlock = options.dryRun ? undefined : await lock(lake);
  try {
    return await retainFiles(localFiles(lake), { ...options, merged: (log) => mergedDates(lake, log) });
  } finally {
    await unlock?.();
  }
}
