import { AppError } from '../../model/index.js';
import { cellCapacity, cellsOfTenant, DEFAULT_PARTITION_QUOTA } from '../../planner/index.js';
import { hasLeft, streamOf } from '../../tenants/index.js';
import { nameSchema } from './deploymentSchema.js';
import type { Settings } from './readSettings.js';

/** A cell to deploy: a stream, its delivery and its transform. */
export interface Cell {
  readonly id: string;
  /** Name of its Kinesis data stream. */
  readonly stream: string;
  /** Active partitions its delivery stream may have. */
  readonly partitionQuota: number;
  /** Tenants that are placed in it, as far as tenantscope.yaml knows. */
  readonly tenants: number;
}

/**
 * The cells of a deployment: those of tenants that have not left, those listed besides, and the platform's own, for shared
 * namespaces and importers, on whose stream no tenant's sidecar may write. A tenant that is being moved counts in both of its.
 * Throws CONFIG_INVALID for a cell with more tenants than it holds, and for one named as the platform's.
 */
export function cellsOf({
  config,
  deployment,
  today,
}: Pick<Settings, 'config' | 'deployment' | 'today'>): readonly Cell[] {
  const quota = new Map(deployment.cells.map(({ id, partition_quota }) => [id, partition_quota]));
  const tenants = new Map<string, number>([...quota.keys()].map((id) => [id, 0]));
  for (const tenant of config.tenants) {
    if (hasLeft(tenant, today)) continue;
    for (const id of cellsOfTenant(tenant)) tenants.set(id, (tenants.get(id) ?? 0) + 1);
  }
  // Where the registry is elsewhere, nothing is known of its tenants' cells.
  if (tenants.size === 0) tenants.set('default', 0);
  const cells = [...tenants].map(([id, count]) => ({
    id,
    stream: streamOf(deployment.prefix, id),
    partitionQuota: quota.get(id) ?? DEFAULT_PARTITION_QUOTA,
    tenants: count,
  }));
  const platform = {
    id: 'platform',
    stream: config.identity.platform_stream,
    partitionQuota: DEFAULT_PARTITION_QUOTA,
    tenants: 0,
  };
  for (const cell of cells) {
    if (!nameSchema.safeParse(cell.id).success) {
      throw new AppError('CONFIG_INVALID', 'a cell has a name that no stream can have', {
        expected: 'lower case letters, digits and hyphens, a letter first, at most 31',
        got: cell.id,
        hint: 'rename it where tenants are placed in it',
      });
    }
    if (cell.id === platform.id || cell.stream === platform.stream) {
      throw new AppError('CONFIG_INVALID', `the cell ${cell.id} would share the platform's stream`, {
        expected: `cells of other names than ${platform.id}, whose streams are not ${platform.stream}`,
        got: `${cell.id}, with the stream ${cell.stream}`,
        hint: 'rename the cell, or set identity.platform_stream',
      });
    }
    const most = cellCapacity(cell.partitionQuota);
    if (cell.tenants <= most) continue;
    throw new AppError('CONFIG_INVALID', `the cell ${cell.id} has more tenants than it holds`, {
      expected: `at most ${most} tenants at a quota of ${cell.partitionQuota} active partitions: two each around midnight, a fifth left free, five less for the reserved ones`,
      got: `${cell.tenants} tenants`,
      hint: 'place some in another cell, or have the quota raised and set cells[].partition_quota in deployment.yaml',
    });
  }
  return [...cells.sort((a, b) => (a.id < b.id ? -1 : 1)), platform];
}
