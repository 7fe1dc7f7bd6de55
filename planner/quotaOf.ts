import { RESOURCE_KINDS, type ResourceKind } from '../model/index.js';
import { DEFAULT_PARTITION_QUOTA } from './cellCapacity.js';
import { cellsOfTenant } from './cellsOfTenant.js';
import { type Footprint, grown, type Traffic } from './Footprint.js';
import { type LimitUse, usesOf } from './limitsOf.js';
import { SHARED_LIMITS } from './sharedLimits.js';

/** A tenant as the shared limits see it. */
export interface QuotaTenant {
  readonly id: string;
  readonly cell: string;
  /** The cell it is being moved from: it takes a place in both. */
  readonly moving_from?: string | undefined;
  /** Names and patterns that are registered to it. */
  readonly resources?: Readonly<Record<ResourceKind, readonly string[]>> | undefined;
  /** Of its busiest hour, a second; undefined where nothing was measured. */
  readonly traffic?: Traffic;
}

/** What the use of shared limits is found from. */
export interface QuotaInput {
  readonly tenants: readonly QuotaTenant[];
  /** Active partitions Firehose allows, by cell, where that is not the default. */
  readonly partitionQuotas: ReadonlyMap<string, number>;
  /** Tenants that query their own lines. */
  readonly querying: readonly string[];
  readonly bufferSeconds: number;
  /** Of the busiest hour of all together, a second; undefined where nothing was measured. */
  readonly traffic?: Traffic;
}

/** How near a limit is today and as tenants grow, and who uses it most. */
export interface QuotaUse extends LimitUse {
  /** Used for each unit of the quota, today, with ten and with a hundred times as many such tenants. */
  readonly share: number;
  readonly at10: number;
  readonly at100: number;
  /** How many times as many such tenants there may be before it is passed; null when it does not go by them, or beyond 10,000. */
  readonly headroom: number | null;
  /** Tenants that use of it, most first. */
  readonly tenants: readonly { readonly tenant_id: string; readonly used: number }[];
}

/** The shared limits with their use today, the nearest first; by name those whose use nobody knows here; and how many cells there are. */
export function quotaOf(input: QuotaInput): {
  readonly limits: readonly QuotaUse[];
  readonly unknown: readonly string[];
  readonly cells: number;
} {
  const footprint = footprintOfTenants(input);
  const [ten, hundred] = [10, 100].map((times) => byName(usesOf(grown(footprint, times))));
  const uses = usesOf(footprint);
  const limits = uses.map((use) => ({
    ...use,
    share: shareOf(use),
    at10: shareOf(ten?.get(use.name)),
    at100: shareOf(hundred?.get(use.name)),
    headroom: headroomOf(footprint, use.name),
    tenants: tenantsOf(input, use.name),
  }));
  const known = new Set(uses.map(({ name }) => name));
  return {
    limits,
    unknown: SHARED_LIMITS.map(({ name }) => name).filter((name) => !known.has(name)),
    cells: footprint.cells,
  };
}

/** The footprint of registered tenants. A cell with a quota of its own counts by how full it is. */
function footprintOfTenants({ tenants, partitionQuotas, traffic, querying, bufferSeconds }: QuotaInput): Footprint {
  const cells = new Map<string, { tenants: number; bytes: number }>();
  for (const id of partitionQuotas.keys()) cells.set(id, { tenants: 0, bytes: 0 });
  for (const tenant of tenants) {
    for (const id of cellsOfTenant(tenant)) {
      const cell = cells.get(id) ?? { tenants: 0, bytes: 0 };
      const bytes = id === tenant.cell ? (tenant.traffic?.bytes ?? 0) : 0;
      cells.set(id, { tenants: cell.tenants + 1, bytes: cell.bytes + bytes });
    }
  }
  const quotaOfCell = (id: string): number => partitionQuotas.get(id) ?? DEFAULT_PARTITION_QUOTA;
  const [fullest] = [...cells].sort(
    ([one, a], [other, b]) => b.tenants / quotaOfCell(other) - a.tenants / quotaOfCell(one) || (one < other ? -1 : 1),
  );
  const sizes = [...cells.values()].map(({ bytes }) => bytes);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const resources = Object.fromEntries(
    RESOURCE_KINDS.map((kind) => [
      kind,
      // A name that several tenants share is one.
      new Set(tenants.flatMap((tenant) => tenant.resources?.[kind] ?? [])).size,
    ]),
  ) as Record<ResourceKind, number>;
  return {
    tenants: tenants.length,
    cells: Math.max(1, cells.size),
    fullest: fullest?.[1].tenants ?? 0,
    partitionQuota: quotaOfCell(fullest?.[0] ?? ''),
    ...(traffic === undefined ? {} : { traffic }),
    busiestShare: bytes === 0 ? 1 / Math.max(1, cells.size) : Math.max(...sizes) / bytes,
    bufferSeconds,
    querying: querying.length,
    resources,
  };
}

function tenantsOf({ tenants, querying }: QuotaInput, name: string): QuotaUse['tenants'] {
  const ofTenant = SHARED_LIMITS.find((limit) => limit.name === name)?.ofTenant;
  if (ofTenant === undefined) return [];
  return tenants
    .flatMap(({ id, resources, traffic }) => {
      const counts = Object.fromEntries(RESOURCE_KINDS.map((kind) => [kind, resources?.[kind]?.length ?? 0])) as Record<
        ResourceKind,
        number
      >;
      const used = ofTenant({
        resources: counts,
        querying: querying.includes(id) ? 1 : 0,
        ...(traffic === undefined ? {} : { traffic }),
      });
      return used === undefined || used === 0 ? [] : [{ tenant_id: id, used }];
    })
    .sort((a, b) => b.used - a.used || (a.tenant_id < b.tenant_id ? -1 : 1));
}

/** Growth beyond which nobody plans. */
const FARTHEST = 10_000;

/** The largest whole multiple of today's tenants that stays within the limit, spread evenly over cells. */
function headroomOf(footprint: Footprint, name: string): number | null {
  const fits = (times: number): boolean => shareOf(byName(usesOf(grown(footprint, times))).get(name)) <= 1;
  if (footprint.tenants === 0 || fits(FARTHEST)) return null;
  let [within, beyond] = [0, FARTHEST];
  while (beyond - within > 1) {
    const middle = Math.floor((within + beyond) / 2);
    if (fits(middle)) within = middle;
    else beyond = middle;
  }
  return within;
}

const byName = (uses: readonly LimitUse[]): ReadonlyMap<string, LimitUse> =>
  new Map(uses.map((use) => [use.name, use]));
const shareOf = (use: LimitUse | undefined): number => (use === undefined ? 0 : use.used / use.quota);
