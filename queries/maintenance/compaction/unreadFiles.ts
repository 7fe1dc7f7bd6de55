import type { LogEntry } from '../../../model/index.js';
import type { ObjectIndex } from '../../lake/ObjectIndex.js';
import { compactedObjects } from './compactionLog.js';

/**
 * Files that compactions wrote and nobody reads: of a run that died before all of its partition's files were in their place. What they
 * hold is read from where it was, and that partition was, or will be, compacted anew.
 *
 * @param files paths that are there
 */
export function unreadFiles(
  log: readonly LogEntry[],
  index: ObjectIndex,
  files: { has(path: string): boolean },
): readonly string[] {
  return [...compactedObjects(log).keys()].filter(
    (object) => files.has(object) && index.heldIn(object).length === 0 && index.replacedBy(object) === undefined,
  );
}
