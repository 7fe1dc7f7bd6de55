import { rm } from 'node:fs/promises';
import type { LogEntry } from '../../../model/index.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { compactionsOf } from './compactionLog.js';
import { compactionFolders, placeFiles } from './placeFiles.js';

/**
 * Puts in place what compactions that died had claimed, and removes what they had only begun. For whoever holds the lake's
 * maintenance lock: no other compaction runs then. Returns how many partitions were put in place.
 *
 * @param now stamps the files, epoch milliseconds
 */
export async function finishInterrupted(lake: string, log: readonly LogEntry[], now: number): Promise<number> {
  const index = await readObjectIndex(lake, [...log]);
  let finished = 0;
  for (const { partitions } of compactionsOf(log)) {
    for (const partition of partitions) {
      const pending = partition.from.every(({ object }) => index.replacedBy(object) === undefined);
      if (pending && (await placeFiles(lake, partition, now))) finished += 1;
    }
  }
  for (const folder of await compactionFolders(lake)) await rm(folder, { recursive: true, force: true });
  return finished;
}
