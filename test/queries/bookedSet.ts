import type { BookedObjects } from '../../queries/lake/BookedObjects.js';
import { digestsOf } from '../../queries/lake/PathSet.js';

/** Booked objects by their paths, of a lake without a journal. */
export function bookedSet(paths: ReadonlySet<string> = new Set()): BookedObjects {
  return {
    among: async (asked) => new Set(asked.filter((path) => paths.has(path))),
    mark: async (listed) => listed.mark(digestsOf([...paths])),
    unbooked: async () => [],
  };
}
