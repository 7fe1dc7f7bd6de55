import {
  type AllocationPolicy,
  AppError,
  decimalFromMicros,
  type ListPrice,
  picodollarsPerUnit,
  RESERVED_TENANTS,
  startOfDay,
  type Tenant,
} from '../../model/index.js';
import { presence } from '../rating/presence.js';
import type { RatedUsage } from '../rating/rateTenant.js';
import { ALLOCATION_DECIMALS, type AllocatedRow, type CostCharge } from './AllocatedRow.js';
import { type Share, splitExactly } from './splitExactly.js';

const ONE = 10n ** BigInt(ALLOCATION_DECIMALS);

/** What a split goes by. */
export interface AllocationBasis {
  readonly usage: readonly RatedUsage[];
  readonly tenants: readonly Tenant[];
  readonly prices: readonly ListPrice[];
}

interface Part extends Share {
  readonly kind: AllocatedRow['kind'];
  readonly why: string;
}

/**
 * Splits one charge by its policy. Usage that is nobody's gets its part under its reserved name; capacity nobody used is
 * `_idle`, and so is what a commitment cost unused, and a charge whose meters measured nothing; a service that no meter measures
 * is `_unknown`. Pure and exact.
 * Throws INPUT_INVALID for a capacity that no meter is there to compare with.
 */
export function splitCharge(
  charge: CostCharge,
  policy: AllocationPolicy,
  basis: AllocationBasis,
): readonly AllocatedRow[] {
  const parts = partsOf(charge, policy, basis);
  const shares = parts.map((part) => ({ key: keyOf(part), weight: part.weight }));
  const amounts = splitExactly(charge.cost, shares);
  const ratios = splitExactly(ONE, shares);
  return parts
    .filter(({ weight }) => weight > 0n)
    .map((part) => ({
      charge_id: charge.charge_id,
      service: charge.service,
      recipient: part.key,
      kind: part.kind,
      why: part.why,
      passed_from: null,
      ratio: ratios.get(keyOf(part)) ?? 0n,
      amount: amounts.get(keyOf(part)) ?? 0n,
    }));
}

const keyOf = ({ key, kind }: Part): string => `${key} ${kind}`;

function partsOf(charge: CostCharge, policy: AllocationPolicy, basis: AllocationBasis): readonly Part[] {
  if (charge.capacity !== undefined && policy.by === undefined) {
    throw new AppError('INPUT_INVALID', 'a capacity has nothing to be compared with', {
      where: charge.where,
      expected: `a policy for ${charge.service} with by: { service, meter } in allocation.policies`,
      got: `capacity of ${charge.charge_id}`,
    });
  }
  switch (policy.policy) {
    case 'none':
      return [whole(RESERVED_TENANTS.shared, 'unmeasured', 'policy none')];
    case 'weighted':
      return Object.entries(policy.weights ?? {}).map(([key, text]) => {
        const [units = '0', fraction = ''] = text.split('.');
        const weight = BigInt(units + fraction.padEnd(12, '0'));
        return { key, weight, kind: 'unmeasured', why: `weight ${text}` };
      });
    case 'even':
      return evenParts(charge, basis.tenants);
    default:
      return proportionalParts(charge, policy, basis);
  }
}

const whole = (key: string, kind: Part['kind'], why: string): Part => ({ key, weight: 1n, kind, why });

function evenParts(charge: CostCharge, tenants: readonly Tenant[]): readonly Part[] {
  const window = { start: startOfDay(charge.start), end: startOfDay(charge.end) };
  const there = tenants.filter((tenant) => presence(tenant, window) !== undefined);
  if (there.length === 0) return [whole(RESERVED_TENANTS.shared, 'unmeasured', 'no tenant in its days')];
  return there.map(({ id }) => whole(id, 'unmeasured', `one of ${there.length} tenants`));
}

function proportionalParts(charge: CostCharge, policy: AllocationPolicy, basis: AllocationBasis): readonly Part[] {
  const { by } = policy;
  if (charge.unused && policy.idle === 'row')
    return [whole(RESERVED_TENANTS.idle, 'idle', 'a commitment that was not used')];
  const prices = by === undefined ? basis.prices.filter(({ service }) => service === charge.service) : [];
  const weightOf = new Map(
    by === undefined ? prices.map((price) => [price.meter, picodollarsPerUnit(price)]) : [[by.meter, 1n]],
  );
  if (weightOf.size === 0 && charge.unused)
    return [whole(RESERVED_TENANTS.idle, 'idle', 'a commitment that was not used, and nothing measures')];
  if (weightOf.size === 0) return [whole(RESERVED_TENANTS.unknown, 'unmeasured', 'no meter and no policy measures it')];
  const measured = new Map<string, bigint>();
  for (const row of basis.usage) {
    const weight = row.service === (by?.service ?? charge.service) ? weightOf.get(row.meter) : undefined;
    if (weight === undefined || row.day < charge.start || row.day >= charge.end) continue;
    measured.set(row.tenant_id, (measured.get(row.tenant_id) ?? 0n) + row.quantity_micros * weight);
  }
  const words = (weight: bigint): string =>
    by === undefined ? 'usage by list price' : `${decimalFromMicros(weight)} ${by.service} ${by.meter}`;
  // Corrections may leave less than nothing, of which there is no part.
  const users: Part[] = [...measured]
    .filter(([, weight]) => weight > 0n)
    .map(([key, weight]) => ({ key, weight, kind: 'usage', why: words(weight) }));
  if (charge.unused && users.length > 0)
    return users.map((user) => ({ ...user, kind: 'idle', why: `of a commitment that was not used, as ${user.why}` }));
  if (users.length === 0) return [whole(RESERVED_TENANTS.idle, 'idle', 'nothing was measured')];
  const used = users.reduce((sum, { weight }) => sum + weight, 0n);
  const idle = charge.capacity === undefined || charge.capacity < used ? 0n : charge.capacity - used;
  if (idle === 0n) return users;
  if (policy.idle === 'row') {
    return [...users, { key: RESERVED_TENANTS.idle, weight: idle, kind: 'idle', why: `${words(idle)} unused` }];
  }
  // Over a common denominator: used parts keep their weight, each idle part is idle × weight / used.
  return users.flatMap((user) => [
    { ...user, weight: user.weight * used },
    { ...user, weight: idle * user.weight, kind: 'idle', why: `of ${words(idle)} unused, as ${user.why}` },
  ]);
}
