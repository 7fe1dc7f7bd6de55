import {
  AppError,
  type Charge,
  decimalFromMicros,
  isReservedTenant,
  type RateCard,
  type RoundingMode,
  startOfDay,
  type Tenant,
} from '../../model/index.js';
import { monthWindow } from '../period.js';
import { type CardPeriod, cardsWithin } from '../rates/cardPeriods.js';
import { resolvePrices } from '../rates/resolvePrices.js';
import { type InvoiceLine, invoiceAccounts } from './invoiceAccounts.js';
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
  const period = monthWindow(input.period);
  const versions = cardsWithin(input.rateCards, period);
  const { currency, rounding } = agreed(versions, input.rateCards);
  const tenants = new Map<string, Tenant>(input.tenants.map((tenant) => [tenant.id, tenant]));
  for (const { card } of versions) mustHaveOnePrice(card, tenants.values());
  const usage = new Map<string, RatedUsage[]>();
  for (const row of merged(input.usage)) {
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
    charges: [...charges, ...adjustments].sort(byKey),
    invoices,
    unbilled: unbilled.list(),
  };
}

/** What all versions of a period must have in common, since an invoice has one of each. */
function agreed(versions: readonly CardPeriod[], cards: readonly RateCard[]): Pick<RateCard, 'currency' | 'rounding'> {
  const first = versions[0]?.card ?? cards[0];
  const other = versions.find(({ card }) => card.currency !== first?.currency || card.rounding !== first?.rounding);
  if (first !== undefined && other === undefined) return first;
  throw new AppError('CONFIG_INVALID', 'the rate cards of a period do not agree', {
    expected: `one currency and one rounding, as in ${first?.id ?? 'a rate card'}`,
    got: other === undefined ? 'no rate card' : `${other.card.currency}, ${other.card.rounding} in ${other.card.id}`,
    hint: 'run: tenantscope rates vet',
  });
}

/** One price a meter: with two, which one bills would be chance. */
function mustHaveOnePrice(card: RateCard, tenants: Iterable<Tenant>): void {
  const check = (names: readonly string[], whose: string): void => {
    const again = names.find((name, index) => names.indexOf(name) !== index);
    if (again === undefined) return;
    throw new AppError('CONFIG_INVALID', 'a meter has two prices', {
      where: `rate card ${card.id}`,
      expected: 'one price for each id, and for each service and meter',
      got: `${again} again, for ${whose}`,
      hint: 'run: tenantscope rates vet',
    });
  };
  for (const { prices } of [card, ...Object.values(card.plans), ...Object.values(card.tenants)]) {
    check(
      prices.map(({ id }) => id),
      'everyone it holds for',
    );
  }
  for (const tenant of tenants) {
    const meters = resolvePrices(card, tenant).prices.flatMap(({ price }) =>
      price.model === 'flat' ? [] : [`${price.service} ${price.meter}`],
    );
    check(meters, tenant.id);
  }
}

/** One entry per tenant, meter, unit and day in the order of days, so that a charge is one row however usage came. */
function merged(usage: readonly RatedUsage[]): readonly RatedUsage[] {
  const sums = new Map<string, RatedUsage>();
  for (const row of usage) {
    const key = [row.tenant_id, row.service, row.meter, row.unit, row.day].join('\n');
    const quantity_micros = (sums.get(key)?.quantity_micros ?? 0n) + row.quantity_micros;
    sums.set(key, { ...row, quantity_micros });
  }
  return [...sums.values()].sort((a, b) => compareText(a.day, b.day));
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
      .sort(([a], [b]) => compareText(a, b))
      .map(([, entry]) => ({ ...entry, quantity: decimalFromMicros(entry.quantity) }));
  }
}

const ORDER = { Usage: 0, Purchase: 1, Adjustment: 2 } as const;

function byKey(a: Charge, b: Charge): number {
  return compareText(sortKey(a), sortKey(b));
}

function sortKey(entry: Charge): string {
  return [
    entry.BillingAccountId,
    entry.SubAccountId,
    ORDER[entry.ChargeCategory],
    entry.ServiceName,
    entry.SkuMeter,
    entry.ChargePeriodStart,
    entry.ConsumedUnit,
    entry.SkuPriceId,
    entry.ChargeDescription,
  ].join('\n');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
