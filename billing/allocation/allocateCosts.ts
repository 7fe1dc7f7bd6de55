import { type Allocation, type AllocationPolicy, startOfDay, type Window } from '../../model/index.js';
import type { AllocatedRow, CostCharge } from './AllocatedRow.js';
import { passOn } from './passOn.js';
import { type AllocationBasis, splitCharge } from './splitCharge.js';

/** The cloud's bill, split. */
export interface AllocatedCosts {
  readonly currency: string;
  readonly charges: readonly CostCharge[];
  /** By charge, then recipient, usage before idle. */
  readonly rows: readonly AllocatedRow[];
  /** Sum of the charges, in 1e-12; that of the rows is the same. */
  readonly total: bigint;
}

/**
 * Splits the charges of a bill over tenants: first each by the policy of its service, then what fell to shared tenants is
 * passed on. Neither the order of the charges nor that of the usage matters. Pure; throws what {@link splitCharge} throws.
 */
export function allocateCosts(
  charges: readonly CostCharge[],
  allocation: Allocation,
  basis: AllocationBasis,
): AllocatedCosts {
  const split = charges.flatMap((charge) => splitCharge(charge, policyOf(charge, allocation), basis));
  const rows = [...passOn(split, allocation)].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const total = charges.reduce((sum, { cost }) => sum + cost, 0n);
  return { currency: charges[0]?.currency ?? '', charges, rows, total };
}

/** The policy that says most about a charge: of its service and category, its service, its category, or none, by usage. */
export function policyOf(charge: CostCharge, { policies }: Pick<Allocation, 'policies'>): AllocationPolicy {
  const of = (service: string | undefined, category: string | undefined): AllocationPolicy | undefined =>
    policies.find((policy) => policy.service === service && policy.category === category);
  const { service, category } = charge;
  const found = of(service, category) ?? of(service, undefined) ?? of(undefined, category);
  return found ?? { service, policy: 'proportional', idle: 'row' };
}

const KINDS = { usage: 0, idle: 1, unmeasured: 2 } as const;

function key({ charge_id, recipient, kind, passed_from }: AllocatedRow): string {
  return [charge_id, recipient, KINDS[kind], passed_from ?? ''].join('\n');
}

/** The time whose usage a split needs: the billing period, and the days of charges for earlier ones. */
export function usedDuring(charges: readonly CostCharge[], period: Window): Window {
  const starts = charges.map(({ start }) => startOfDay(start));
  return { start: starts.reduce((first, start) => Math.min(first, start), period.start), end: period.end };
}

/** The sum of rows by one of their columns, largest first. */
export function sumRows(
  rows: readonly AllocatedRow[],
  by: 'recipient' | 'kind' | 'charge_id',
): readonly (readonly [string, bigint])[] {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(row[by], (sums.get(row[by]) ?? 0n) + row.amount);
  return [...sums].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1));
}
