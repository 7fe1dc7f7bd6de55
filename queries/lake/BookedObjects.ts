import type { LakeObject } from '../ledger/lakeObjects.js';
import type { PathSet } from './PathSet.js';

/** What is booked, as whoever looks for new objects asks it: never for all there is. */
export interface BookedObjects {
  /** Those of some paths that a manifest has: of paths that are new, or of few dates. */
  among(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Marks those of many paths, of any dates, that a manifest has.
   *
   * @param dts their arrival dates
   */
  mark(paths: PathSet, dts: ReadonlySet<string>): Promise<void>;
  /** The objects of a lake's finished imports that no manifest has, by path; none of a lake without a journal. */
  unbooked(): Promise<readonly LakeObject[]>;
}
