import type { CompactedPartition, LogEntry } from '../../../model/index.js';
import type { ObjectIndex } from '../../lake/ObjectIndex.js';
import { damagedObject } from '../../ledger/damaged.js';
import type { LakeFiles } from '../LakeFiles.js';
import { unreadFiles } from './unreadFiles.js';

/** Files that a compaction has replaced and that may go. */
export interface ReplacedFiles {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Removes the files whose place finished compactions took at least `graceMs` ago: whoever listed them before has had that
 * long to read them. The files that took their place are hashed first. With `dryRun` says only how many. Throws
 * LAKE_DAMAGED when one is not what the log says.
 */
export async function removeReplaced(
  lake: Pick<LakeFiles, 'placedAt' | 'hash' | 'remove'>,
  log: readonly LogEntry[],
  index: ObjectIndex,
  sizes: ReadonlyMap<string, number>,
  { now, graceMs, dryRun }: { readonly now: number; readonly graceMs: number; readonly dryRun: boolean },
): Promise<ReplacedFiles> {
  const partitions = new Map<CompactedPartition, string[]>();
  for (const file of sizes.keys()) {
    const partition = index.replacedBy(file);
    if (partition === undefined) continue;
    const files = partitions.get(partition) ?? [];
    files.push(file);
    partitions.set(partition, files);
  }
  const unread = unreadFiles(log, index, sizes);
  if (!dryRun) await lake.remove(unread);
  let files = unread.length;
  let bytes = unread.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
  const ready: string[] = [];
  for (const [partition, replaced] of partitions) {
    const current = partition.to.filter(({ object }) => sizes.has(object));
    const stamps = await Promise.all(current.map(({ object }) => lake.placedAt(object)));
    if (!stamps.every((placed) => now - placed >= graceMs)) continue;
    if (!dryRun) for (const file of current) await mustBeAsLogged(lake, file);
    ready.push(...replaced);
  }
  // Only now: what one compaction wrote can be what another replaced, and must be there while it is looked at.
  if (!dryRun) await lake.remove(ready);
  files += ready.length;
  bytes += ready.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
  return { files, bytes };
}

async function mustBeAsLogged(
  lake: Pick<LakeFiles, 'hash'>,
  { object, sha256 }: CompactedPartition['to'][number],
): Promise<void> {
  if ((await lake.hash(object)) === sha256) return;
  throw damagedObject(object, 'a compacted object is not what the log says; the objects it replaced were kept');
}
