import { type Footprint, footprintOf, grown } from './Footprint.js';
import type { CellPlan } from './planCells.js';
import { SHARED_LIMITS, type SharedLimit } from './sharedLimits.js';
import type { Workload } from './Workload.js';

/** A limit that tenants share, and how near it is. */
export interface LimitUse extends Pick<SharedLimit, 'name' | 'limit' | 'unit' | 'remedy'> {
  readonly used: number;
  readonly quota: number;
}

/** How near a footprint comes to each limit whose use is known, the nearest first. */
export function usesOf(footprint: Footprint): readonly LimitUse[] {
  return SHARED_LIMITS.flatMap(({ name, limit, unit, remedy, used, quota }) => {
    const known = used(footprint);
    if (known === undefined) return [];
    return [{ name, limit, unit, remedy, used: known, quota: typeof quota === 'number' ? quota : quota(footprint) }];
  }).toSorted((a, b) => b.used / b.quota - a.used / a.quota);
}

/** Limits that are passed when there are so many times as many tenants. */
export function passedAt(footprint: Footprint, times: number): readonly LimitUse[] {
  return usesOf(grown(footprint, times)).filter(({ used, quota }) => used > quota);
}

/** How near a planned workload comes to each limit. */
export function limitsOf(workload: Workload, cells: CellPlan): readonly LimitUse[] {
  return usesOf(footprintOf(workload, cells));
}
