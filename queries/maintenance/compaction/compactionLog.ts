import type { CompactedPartition, Compaction, LogEntry, UtcDay } from '../../../model/index.js';

/** The compactions of a log, in order. */
export function compactionsOf(log: readonly LogEntry[]): readonly Compaction[] {
  return log.filter((entry) => entry.kind === 'compaction');
}

/** The date cut in force: arrival dates before it lie in the compacted prefix. Null before the first whole compaction. */
export function cutOf(log: readonly LogEntry[]): UtcDay | null {
  return compactionsOf(log).at(-1)?.cut ?? null;
}

/** Every object compactions have written, by path, as the last entry that names it states it. */
export function compactedObjects(log: readonly LogEntry[]): ReadonlyMap<string, CompactedPartition['to'][number]> {
  const objects = compactionsOf(log).flatMap(({ partitions }) => partitions.flatMap(({ to }) => to));
  return new Map(objects.map((object) => [object.object, object]));
}
