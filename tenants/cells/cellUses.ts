import { AppError, nearestWord, type Tenant, type UtcDay } from '../../model/index.js';
import { cellCapacity, cellsOfTenant, DEFAULT_PARTITION_QUOTA } from '../../planner/index.js';
import type { RegistryState } from '../RegistryState.js';

/** A cell and how full it is. */
export interface CellUse {
  readonly id: string;
  readonly tenants: number;
  /** Tenants it holds at its quota of active partitions (design decision 14). */
  readonly holds: number;
}

/** The cell tenants are in where nothing else is said. */
const DEFAULT_CELL = 'default';
/** The platform's own, which holds no tenant. */
const PLATFORM_CELL = 'platform';

/** True when the tenant has left: its lines stay in all totals, and no more are expected. */
export function hasLeft({ status, effective_until }: Tenant, today: UtcDay): boolean {
  return status === 'offboarded' && (effective_until === undefined || effective_until <= today);
}

/** The cells a registry knows, by name. A tenant that is being moved takes a place in both of its. */
export function cellUses(
  { tenants, cells }: Pick<RegistryState, 'tenants' | 'cells'>,
  today: UtcDay,
): readonly CellUse[] {
  const quotas = new Map(cells.map(({ id, partitionQuota }) => [id, partitionQuota]));
  const counts = new Map<string, number>(cells.map(({ id }) => [id, 0]));
  for (const tenant of tenants) {
    if (hasLeft(tenant, today)) continue;
    for (const id of cellsOfTenant(tenant)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  if (counts.size === 0) counts.set(DEFAULT_CELL, 0);
  return [...counts]
    .map(([id, tenants]) => ({ id, tenants, holds: cellCapacity(quotas.get(id) ?? DEFAULT_PARTITION_QUOTA) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The cell a tenant is placed in: the one asked for, or the one with the most room, since cells also bound what one noisy
 * tenant can do to the others. Throws INPUT_INVALID for a cell that is full, that nobody has heard of (unless it is said to be
 * new), or that is the platform's.
 */
export function placeIn(uses: readonly CellUse[], asked: string | undefined, isNew: boolean): CellUse {
  const names = uses.map(({ id }) => id);
  if (asked === PLATFORM_CELL) {
    throw new AppError('INPUT_INVALID', 'the platform’s own cell holds no tenants', {
      expected: names.join(', '),
      got: asked,
      hint: 'no sidecar of a tenant may write to its stream',
    });
  }
  const found = uses.find(({ id }) => id === asked);
  if (asked !== undefined && found === undefined) {
    if (isNew) return { id: asked, tenants: 0, holds: cellCapacity(DEFAULT_PARTITION_QUOTA) };
    const near = nearestWord(asked, names);
    throw new AppError('INPUT_INVALID', 'no such cell', {
      expected: near === undefined ? names.join(', ') : `${near}, or another of ${names.join(', ')}`,
      got: asked,
      hint: 'list it in deployment.yaml (cells), or say --new-cell: the next deployment makes it, with a registry in a table from deployment.yaml alone',
    });
  }
  const free = ({ holds, tenants }: CellUse): number => holds - tenants;
  const chosen = found ?? [...uses].sort((a, b) => free(b) - free(a) || (a.id < b.id ? -1 : 1))[0];
  if (chosen !== undefined && free(chosen) > 0) return chosen;
  throw new AppError('INPUT_INVALID', asked === undefined ? 'every cell is full' : `the cell ${asked} is full`, {
    expected:
      'a cell with room: a tenant has two active partitions around midnight UTC, a fifth of the quota stays free',
    got: (asked === undefined ? uses : [chosen])
      .flatMap((use) => (use === undefined ? [] : [`${use.id}: ${use.tenants} of ${use.holds} tenants`]))
      .join(', '),
    hint: 'place it in a new cell (--cell NAME --new-cell), or have Firehose’s quota raised and set cells[].partition_quota in deployment.yaml',
  });
}
