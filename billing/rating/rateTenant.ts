import Big from 'big.js';
import {
  type Charge,
  type Micros,
  type Price,
  startOfDay,
  type Tenant,
  type UtcDay,
  type Window,
} from '../../model/index.js';
import type { CardPeriod } from '../rates/cardPeriods.js';
import { resolvePrices } from '../rates/resolvePrices.js';
import { type ChargeScope, flatCharge, usageCharge } from './chargeRow.js';
import { commitmentCharges } from './commitments.js';
import { presence } from './presence.js';
import { prorate, proratePrice } from './prorate.js';
import { ratePrice } from './ratePrice.js';

/** What a tenant used of one meter on one UTC day. */
export interface RatedUsage {
  readonly tenant_id: string;
  readonly service: string;
  readonly meter: string;
  readonly unit: string;
  readonly day: UtcDay;
  readonly quantity_micros: bigint;
}

/** Usage of a tenant that no charge covers. */
export interface UnpricedUsage {
  readonly usage: RatedUsage;
  readonly reason: 'no_price' | 'no_rate_card';
}

/**
 * The charges of one tenant in a billing period, before any rounding. Each version of the rate card rates the days it holds
 * for by itself: quantities, tiers, included units and commitments start anew with it. Pure.
 *
 * @param usage the tenant's own, one entry per meter, unit and day, in the order of days
 * @param over whether the period is over, so that minimum commitments are due
 */
export function rateTenant(input: {
  readonly tenant: Tenant;
  readonly versions: readonly CardPeriod[];
  readonly period: Window;
  readonly usage: readonly RatedUsage[];
  readonly over: boolean;
}): { readonly charges: readonly Charge[]; readonly unpriced: readonly UnpricedUsage[] } {
  const { tenant, versions, period, usage, over } = input;
  const charges: Charge[] = [];
  const unpriced: UnpricedUsage[] = [];
  const rated = new Set<RatedUsage>();
  // What versions before have given of fixed amounts and included units that are not prorated.
  const given = new Map<string, bigint>();
  for (const { card, ...segment } of versions) {
    const scope: ChargeScope = { card, tenant, period };
    const held = presence(tenant, segment);
    const within = usage.filter(({ day }) => startOfDay(day) >= segment.start && startOfDay(day) < segment.end);
    const { prices, minimum, maximum } = resolvePrices(card, tenant);
    const mine: Charge[] = [];
    for (const resolved of prices) {
      const { price } = resolved;
      if (price.model === 'flat') {
        if (held === undefined || (!price.prorate && given.has(price.id))) continue;
        const amount = price.prorate ? proratePrice(price.amount, held, period) : price.amount;
        if (!price.prorate) given.set(price.id, 0n);
        mine.push(flatCharge(scope, resolved, new Big(amount), held));
        continue;
      }
      const rows: Charge[] = [];
      let included = includedLeft(price, held, period, given);
      for (const [unit, list] of byUnit(within, price.service, price.meter)) {
        for (const entry of list) rated.add(entry);
        const days = list.map(({ day, quantity_micros }) => ({ day, quantity: quantity_micros }));
        rows.push(...ratePrice(price, days, included).map((row) => usageCharge(scope, resolved, unit, row)));
        const total = days.reduce((sum, { quantity }) => sum + quantity, 0n);
        const counted = total < 0n ? 0n : total;
        const used = counted < included ? counted : included;
        included -= used;
        given.set(price.id, (given.get(price.id) ?? 0n) + used);
      }
      const about = { service: price.service, name: price.id, minimum: price.minimum, maximum: price.maximum };
      mine.push(...rows, ...commitmentCharges(scope, rows, about, held, over));
    }
    const all = { service: 'Commitment', name: `all prices of ${card.id}`, minimum, maximum };
    charges.push(...mine, ...commitmentCharges(scope, mine, all, held, over));
    for (const entry of within) if (!rated.has(entry)) unpriced.push({ usage: entry, reason: 'no_price' });
    for (const entry of within) rated.add(entry);
  }
  for (const entry of usage) if (!rated.has(entry)) unpriced.push({ usage: entry, reason: 'no_rate_card' });
  return { charges, unpriced };
}

function includedLeft(
  price: Exclude<Price, { model: 'flat' }>,
  held: Window | undefined,
  period: Window,
  given: ReadonlyMap<string, bigint>,
): bigint {
  const included: Micros = price.included;
  if (included === 0n || held === undefined) return 0n;
  if (price.prorate) return prorate(included, held, period);
  const used = given.get(price.id) ?? 0n;
  return used < included ? included - used : 0n;
}

/** A meter has one unit; should rows of another be there, they are charged as what they are. */
function byUnit(usage: readonly RatedUsage[], service: string, meter: string): [string, RatedUsage[]][] {
  const units = new Map<string, RatedUsage[]>();
  for (const row of usage) {
    if (row.service !== service || row.meter !== meter) continue;
    const list = units.get(row.unit);
    if (list === undefined) units.set(row.unit, [row]);
    else list.push(row);
  }
  return [...units].sort(([a], [b]) => (a < b ? -1 : 1));
}
