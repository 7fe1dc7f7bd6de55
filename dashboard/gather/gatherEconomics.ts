import { isReservedTenant } from '../../model/index.js';
import type { BillData, EconomicsData, WindowData } from '../DashboardData.js';
import { reportCommand } from '../shared/reportCommand.js';
import { decimalText, scaled, sumOf } from './decimals.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** The margin of a month, as billing computes it from the cloud's bill. */
export interface MarginInput {
  readonly currency: string;
  readonly period: string;
  readonly rows: readonly { readonly tenant_id: string; readonly billed: string; readonly allocated: string }[];
  /** The command that gives the same. */
  readonly command: string;
}

/** What tenants cost: by the cloud's bill where one is given, else by what they used at list price in the window. */
export function gatherEconomics(
  margin: MarginInput | null,
  about: {
    readonly window: WindowData;
    readonly bill: BillData | null;
    readonly places: TenantPlaces;
    readonly flags: string;
  },
): EconomicsData {
  return margin === null ? byListPrice(about) : byAllocation(margin, about.places);
}

function byAllocation(margin: MarginInput, places: TenantPlaces): EconomicsData {
  const sums = new Map<string, { billed: bigint; cost: bigint }>();
  for (const { tenant_id, billed, allocated } of margin.rows) {
    const sum = sums.get(tenant_id) ?? { billed: 0n, cost: 0n };
    sums.set(tenant_id, { billed: sum.billed + scaled(billed), cost: sum.cost + scaled(allocated) });
  }
  const customers = [...sums]
    .filter(([id]) => !isReservedTenant(id))
    .sort(([a, x], [b, y]) => (x.cost === y.cost ? (a < b ? -1 : 1) : x.cost > y.cost ? -1 : 1));
  const total = (wanted: boolean): string =>
    decimalText([...sums].reduce((sum, [id, { cost }]) => sum + (isReservedTenant(id) === wanted ? cost : 0n), 0n));
  return {
    source: 'allocated',
    currency: margin.currency,
    period: `${margin.period}, the cloud's bill as allocated`,
    tenants: customers.map(([id, { billed, cost }]) => ({
      tenant: places.of(id),
      cost: decimalText(cost),
      billed: decimalText(billed),
      margin: decimalText(billed - cost),
    })),
    allocated: total(false),
    unallocated: total(true),
    command: margin.command,
  };
}

function byListPrice({ window, bill, places, flags }: Parameters<typeof gatherEconomics>[1]): EconomicsData {
  const billed = new Map((bill?.tenants ?? []).map((row) => [row.tenant, row.billed]));
  const { tenant, usd } = window.value;
  const own = tenant.map((place, at) => ({
    tenant: place,
    cost: usd[at] ?? '0',
    // A month's bill beside a day's usage: shown, never subtracted.
    billed: billed.get(place) ?? null,
    margin: null,
  }));
  const of = (reserved: boolean): string =>
    sumOf(own.filter((row) => isReservedTenant(places.idOf(row.tenant)) === reserved).map(({ cost }) => cost));
  return {
    source: 'list',
    currency: 'USD',
    period: 'usage of the window at list price',
    tenants: own.filter((row) => !isReservedTenant(places.idOf(row.tenant))),
    allocated: of(false),
    unallocated: of(true),
    command: reportCommand('service-by-tenant-matrix', {}, window.window, flags),
  };
}
