import {
  type Charge,
  decimalFromMicros,
  isReservedTenant,
  type RateCard,
  type RoundingMode,
  startOfDay,
  type Tenant,
} from '../../model/index.js';
import { byChargeKey } from './chargeOrder.js';
import { type InvoiceLine, invoiceAccounts } from './invoiceAccounts.js';
import { mergeUsage } from './mergeUsage.js';
import { planPeriod } from './planPeriod.js';
import { type RatedUsage, rateTenant } from './rateTenant.js';

/** Usage that is in no charge, and why. */
export interface Unbilled {
  readonly tenant_id: string;
  readonly service: string;
  readonly meter: string;
  readonly unit: string;
  readonly quantity: string;
  readonly reason: 'no_price' | 'no_rate_card' | 'reserved_tenant' | 'unregistered_tenant';
}

/** The charges of a period, their invoices, and what was not charged. */
export interface RatedPeriod {
  readonly period: string;
  readonly currency: string;
  readonly rounding: RoundingMode;
  /** The versions of the rate card that hold in the period. */
  readonly rateCards: readonly RateCard[];
  /** Whether the period was over, so that minimum commitments are charged. */
  readonly over: boolean;
  readonly charges: readonly Charge[];
  readonly invoices: readonly InvoiceLine[];
  readonly unbilled: readonly Unbilled[];
}

/**
 * Rates a month: one charge per tenant, price, tier and day, price × quantity equal to the cost exactly in every row that has a
 * price. Each billing account is rounded once, to the currency's minor unit, and the remainder is a charge of its own. Exact
 * decimals throughout; the order of the usage and how finely it came do not matter. Throws PARAMETER_INVALID for a period that
 * is none, CONFIG_INVALID for rate cards that `findRateProblems` would refuse.
 *
 * @param over whether the data reaches the period's end; minimum commitments are due then
 */
export function rateCharges(input: {
  readonly usage: readonly RatedUsage[];
  readonly rateCards: readonly RateCard[];
  readonly period: string;
  readonly tenants: readonly Tenant[];
  readonly over: boolean;
}): RatedPeriod {
  const { over } = input;
  const { window: period, versions, currency, rounding } = planPeriod(input);
  const tenants = new Map<string, Tenant>(input.tenants.map((tenant) => [tenant.id, tenant]));
  const usage = new Map<string, RatedUsage[]>();
  for (const row of mergeUsage(input.usage)) {
    const at = startOfDay(row.day);
    if (at < period.start || at >= period.end) continue;
    const list = usage.get(row.tenant_id);
    if (list === undefined) usage.set(row.tenant_id, [row]);
    else list.push(row);
  }
  const charges: Charge[] = [];
  const unbilled = new UnbilledSums();
  for (const tenant of tenants.values()) {
    const rated = rateTenant({ tenant, versions, period, usage: usage.get(tenant.id) ?? [], over });
    charges.push(...rated.charges);
    for (const entry of rated.unpriced) unbilled.add(entry.usage, entry.reason);
  }
  for (const [id, rows] of usage) {
    if (tenants.has(id)) continue;
    for (const row of rows) unbilled.add(row, isReservedTenant(id) ? 'reserved_tenant' : 'unregistered_tenant');
  }
  const last = versions.at(-1)?.card;
  const { invoices, adjustments } = invoiceAccounts(charges, rounding, (id) => {
    const tenant = tenants.get(id);
    return last === undefined || tenant === undefined ? undefined : { card: last, tenant, period };
  });
  return {
    period: input.period,
    currency,
    rounding,
    rateCards: versions.map(({ card }) => card),
    over,
    charges: [...charges, ...adjustments].sort(byChargeKey),
    invoices,
    unbilled: unbilled.list(),
  };
}

class UnbilledSums {
  readonly #sums = new Map<string, Omit<Unbilled, 'quantity'> & { quantity: bigint }>();

  add({ tenant_id, service, meter, unit, quantity_micros }: RatedUsage, reason: Unbilled['reason']): void {
    const key = [tenant_id, service, meter, unit, reason].join('\n');
    const quantity = (this.#sums.get(key)?.quantity ?? 0n) + quantity_micros;
    this.#sums.set(key, { tenant_id, service, meter, unit, reason, quantity });
  }

  list(): readonly Unbilled[] {
    return [...this.#sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, entry]) => ({ ...entry, quantity: decimalFromMicros(entry.quantity) }));
  }
}
