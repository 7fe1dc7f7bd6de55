import type { ResourceKind } from '../model/index.js';
import { cellCapacity } from './cellCapacity.js';
import type { CellPlan } from './planCells.js';
import { MONTH_SECONDS, volumeOf, type Workload } from './Workload.js';

/** Traffic of a second, at its busiest. */
export interface Traffic {
  readonly lines: number;
  /** As they go over the stream: the line and what the sidecar writes around it. */
  readonly bytes: number;
  /** Records the lines are packed into; undefined where only lines were counted. */
  readonly records?: number;
}

/** What shared limits are used by. What nobody knows is undefined, and so is the use of a limit that goes by it. */
export interface Footprint {
  readonly tenants: number;
  /** Cells beside the platform's, and tenants of the fullest. */
  readonly cells: number;
  readonly fullest: number;
  /** Active partitions Firehose allows a delivery stream. */
  readonly partitionQuota: number;
  readonly traffic?: Traffic;
  /** Part of the traffic that goes through the busiest cell, 0 to 1. */
  readonly busiestShare: number;
  /** Seconds after which Firehose writes an object. */
  readonly bufferSeconds: number;
  /** Tenants that may query their own lines, each in a workgroup of its own. */
  readonly querying: number;
  /** Resources that are registered to tenants, by kind; a pattern counts as one. */
  readonly resources?: Readonly<Record<ResourceKind, number>>;
}

/** Traffic at its busiest, against the average. */
export const PEAK = 3;

/** The footprint of a workload that is only planned. */
export function footprintOf(workload: Workload, { cells, fullest }: CellPlan): Footprint {
  const { lines, bytes, records } = volumeOf(workload);
  const second = (month: number): number => (month * PEAK) / MONTH_SECONDS;
  return {
    tenants: workload.tenants,
    cells,
    fullest,
    partitionQuota: workload.partitionQuota,
    traffic: { lines: second(lines), bytes: second(bytes), records: second(records) },
    busiestShare: 1 / cells,
    bufferSeconds: workload.bufferSeconds,
    querying: workload.tenants,
  };
}

/** The same with so many times as many tenants like those, cells added as they are needed, and filled evenly. */
export function grown(footprint: Footprint, times: number): Footprint {
  const { tenants, partitionQuota, traffic, resources } = footprint;
  // A forecast refuses nothing: where a cell holds nobody by its quota, it takes one all the same, and the limit says so.
  const needed = Math.ceil((tenants * times) / Math.max(1, cellCapacity(partitionQuota)));
  const cells = Math.max(footprint.cells, needed);
  return {
    ...footprint,
    tenants: tenants * times,
    cells,
    fullest: Math.ceil((tenants * times) / cells),
    busiestShare: 1 / cells,
    querying: footprint.querying * times,
    ...(traffic === undefined
      ? {}
      : {
          traffic: {
            lines: traffic.lines * times,
            bytes: traffic.bytes * times,
            ...(traffic.records === undefined ? {} : { records: traffic.records * times }),
          },
        }),
    ...(resources === undefined
      ? {}
      : {
          resources: Object.fromEntries(
            Object.entries(resources).map(([kind, count]) => [kind, count * times]),
          ) as Record<ResourceKind, number>,
        }),
  };
}
