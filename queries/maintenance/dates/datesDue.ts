import { arrivalDateOf, LAKE } from '../../../model/index.js';
import type { KnownLog } from '../../ledger/checkpoint/KnownLog.js';
import type { LakeFiles } from '../LakeFiles.js';

/** Objects of the dates that are looked at together, booked and there, at most; but one date, whatever it has. */
const MOST_OBJECTS = 400_000;

/** A partition of a lake, and how many files there are of it: delivered and compacted ones. */
export interface ListedPartition {
  readonly emitter: string;
  readonly dt: string;
  readonly files: number;
}

/**
 * The arrival dates of partitions about which something may have to be done, ascending, in groups that fit into memory together.
 * Names are counted as they are listed; none is kept.
 */
export async function datesDue(
  lake: LakeFiles,
  log: KnownLog,
  isDue: (partition: ListedPartition) => boolean,
  most: number = MOST_OBJECTS,
): Promise<readonly ReadonlySet<string>[]> {
  const counts = new Map<string, Map<string, number>>();
  const count = (path: string): boolean => {
    const [dt, emitter] = [arrivalDateOf(path), /(?:^|\/)tenant_id=([^/]+)\//.exec(path)?.[1]];
    if (dt === '' || emitter === undefined) return false;
    const ofDate = counts.get(dt) ?? new Map<string, number>();
    counts.set(dt, ofDate.set(emitter, (ofDate.get(emitter) ?? 0) + 1));
    return false;
  };
  for (const folder of [LAKE.events, LAKE.compacted]) await lake.sizes(folder, count);
  const booked = new Map<string, number>();
  for (const { dts, objects } of [...log.summary.sealed, ...log.summary.bookings])
    for (const dt of dts) booked.set(dt, (booked.get(dt) ?? 0) + objects);
  const groups: Set<string>[] = [];
  let size = 0;
  for (const [dt, emitters] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (![...emitters].some(([emitter, files]) => isDue({ emitter, dt, files }))) continue;
    const own = [...emitters.values()].reduce((sum, files) => sum + files, booked.get(dt) ?? 0);
    size += own;
    const last = groups.at(-1);
    if (last !== undefined && size <= most) last.add(dt);
    else {
      groups.push(new Set([dt]));
      size = own;
    }
  }
  return groups;
}
