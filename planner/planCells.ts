import { AppError } from '../model/index.js';
import { cellCapacity } from './cellCapacity.js';

/** How tenants are spread over cells. */
export interface CellPlan {
  readonly cells: number;
  /** Tenants of the fullest cell. */
  readonly fullest: number;
  /** Tenants a cell holds. */
  readonly capacity: number;
}

/**
 * As few cells as hold the tenants, or as many as are wanted, filled evenly. Throws PARAMETER_INVALID when a cell would have
 * more than it holds, with the reason.
 */
export function planCells(tenants: number, partitionQuota: number, wanted?: number): CellPlan {
  const capacity = cellCapacity(partitionQuota);
  const cells = wanted ?? Math.max(1, Math.ceil(tenants / Math.max(1, capacity)));
  const fullest = Math.ceil(tenants / cells);
  if (fullest <= capacity) return { cells, fullest, capacity };
  throw new AppError(
    'PARAMETER_INVALID',
    `${cells === 1 ? 'one cell does' : `${cells} cells do`} not hold ${tenants} tenants`,
    {
      expected: `at most ${Math.max(0, capacity)} tenants a cell at a quota of ${partitionQuota} active partitions: each has two around midnight UTC, a fifth stays free, five places are kept for reserved tenants`,
      got: `${fullest} in a cell`,
      hint: `take ${Math.ceil(tenants / Math.max(1, capacity))} cells, or have Firehose's quota "Dynamic partitions" raised (at most 5000)`,
    },
  );
}
