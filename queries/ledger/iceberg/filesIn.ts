import pLimit from 'p-limit';
import type { Partition } from '../checkpoint/earlierObjects.js';

const LISTINGS_AT_ONCE = 16;

/**
 * The files that partitions have below a folder of the lake; all below it when none are named.
 *
 * @param list lists the files below a folder, relative to the lake
 */
export async function filesIn(
  folder: string,
  partitions: readonly Partition[] | undefined,
  list: (folder: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (partitions === undefined) return list(folder);
  const limit = pLimit(LISTINGS_AT_ONCE);
  const folders = partitions.map(({ emitter, dt }) => `${folder}/tenant_id=${emitter}/dt=${dt}`);
  return (await Promise.all(folders.map((one) => limit(() => list(one))))).flat();
}
