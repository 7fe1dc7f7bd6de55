import Big from 'big.js';
import {
  AppError,
  addDays,
  type Charge,
  decimalFromMicros,
  isReservedTenant,
  type RateCard,
  startOfDay,
  type Tenant,
  type UtcDay,
} from '../model/index.js';
import { minorUnits } from './currency.js';
import { focusTime, monthWindow } from './period.js';

/** What a tenant used of one meter on one UTC day. */
export interface RatedUsage {
  readonly tenant_id: string;
  readonly service: string;
  readonly meter: string;
  readonly unit: string;
  readonly day: UtcDay;
  readonly quantity_micros: bigint;
}

/** The total of one billing account, rounded once. */
export interface InvoiceLine {
  readonly billing_account: string;
  readonly currency: string;
  readonly tenants: readonly string[];
  /** Exact sum of the charges before rounding. */
  readonly exact: string;
  readonly billed: string;
}

/** Usage that is in no charge, and why. */
export interface Unbilled {
  readonly tenant_id: string;
  readonly service: string;
  readonly meter: string;
  readonly unit: string;
  readonly quantity: string;
  readonly reason: 'no_price' | 'reserved_tenant' | 'unregistered_tenant';
}

/** The charges of a period, their invoices, and what was not charged. */
export interface RatedPeriod {
  readonly period: string;
  readonly currency: string;
  readonly charges: readonly Charge[];
  readonly invoices: readonly InvoiceLine[];
  readonly unbilled: readonly Unbilled[];
}

/**
 * Rates a month: one charge per tenant, price and day, price × quantity equal to the cost exactly in every row. Each
 * billing account is rounded once, half-even, to the currency's minor unit, and the remainder is a charge of its own.
 * Exact decimals throughout; the order of the usage does not matter. Throws PARAMETER_INVALID for a period that is none,
 * CONFIG_INVALID for a meter with two prices or a price that cannot be rated exactly.
 */
export function rateCharges(input: {
  readonly usage: readonly RatedUsage[];
  readonly rateCard: RateCard;
  readonly period: string;
  readonly tenants: readonly Tenant[];
}): RatedPeriod {
  const { rateCard, period } = input;
  const window = monthWindow(period);
  const tenants = new Map<string, Tenant>(input.tenants.map((tenant) => [tenant.id, tenant]));
  const prices = priceIndex(rateCard);
  const usageCharges: Charge[] = [];
  const unbilled = new Map<string, Omit<Unbilled, 'quantity'> & { quantity: bigint }>();
  for (const usage of merged(input.usage)) {
    const at = startOfDay(usage.day);
    if (at < window.start || at >= window.end) continue;
    const tenant = tenants.get(usage.tenant_id);
    const price = prices.get(`${usage.service}/${usage.meter}`);
    if (tenant === undefined || price === undefined) {
      const reason = isReservedTenant(usage.tenant_id)
        ? 'reserved_tenant'
        : tenant === undefined
          ? 'unregistered_tenant'
          : 'no_price';
      const { tenant_id, service, meter, unit } = usage;
      const key = [tenant_id, service, meter, unit].join('\n');
      const before = unbilled.get(key)?.quantity ?? 0n;
      unbilled.set(key, { tenant_id, service, meter, unit, reason, quantity: before + usage.quantity_micros });
      continue;
    }
    const consumed = decimalFromMicros(usage.quantity_micros);
    // Moving the decimal point is exact for powers of ten; any other `per` is put into the price only if that is exact.
    const powerOfTen = /^10*$/.test(String(price.per));
    const pricing = powerOfTen
      ? new Big(consumed).times(new Big(10).pow(-(String(price.per).length - 1)))
      : new Big(consumed);
    const unitPrice = powerOfTen ? new Big(price.price) : exactQuotient(price.price, price.per);
    const sku = `${usage.service}.${usage.meter}`;
    usageCharges.push({
      ...charge(rateCard, period, tenant),
      BilledCost: unitPrice.times(pricing).toFixed(),
      ChargeCategory: 'Usage',
      ChargeDescription: `${usage.service} ${usage.meter} of ${tenant.id}`,
      ChargePeriodEnd: focusTime(startOfDay(addDays(usage.day, 1))),
      ChargePeriodStart: focusTime(at),
      ConsumedQuantity: consumed,
      ConsumedUnit: usage.unit,
      ContractedUnitPrice: unitPrice.toFixed(),
      PricingQuantity: pricing.toFixed(),
      PricingUnit: powerOfTen && price.per > 1 ? `${price.per} ${usage.unit}` : usage.unit,
      ServiceName: usage.service,
      SkuId: sku,
      SkuMeter: usage.meter,
      SkuPriceId: `${rateCard.id}.${sku}`,
    });
  }
  const { invoices, adjustments } = invoice(usageCharges, input.rateCard, period, tenants);
  return {
    period,
    currency: rateCard.currency,
    charges: [...usageCharges, ...adjustments].sort(byKey),
    invoices,
    unbilled: [...unbilled.values()]
      .map((entry) => ({ ...entry, quantity: decimalFromMicros(entry.quantity) }))
      .sort((a, b) =>
        compareText(`${a.tenant_id}\n${a.service}\n${a.meter}`, `${b.tenant_id}\n${b.service}\n${b.meter}`),
      ),
  };
}

/** One price a meter: with two, which one bills would be chance. */
function priceIndex(card: RateCard): Map<string, RateCard['prices'][number]> {
  const prices = new Map<string, RateCard['prices'][number]>();
  for (const price of card.prices) {
    const key = `${price.service}/${price.meter}`;
    if (prices.has(key)) {
      throw new AppError('CONFIG_INVALID', 'a meter has two prices', {
        where: 'rate_card.prices',
        expected: 'one price for each service and meter',
        got: `${key} again`,
      });
    }
    prices.set(key, price);
  }
  return prices;
}

/** One entry per tenant, meter, unit and day, so that a charge is one row however finely usage came. */
function merged(usage: readonly RatedUsage[]): Iterable<RatedUsage> {
  const sums = new Map<string, RatedUsage>();
  for (const row of usage) {
    const key = [row.tenant_id, row.service, row.meter, row.unit, row.day].join('\n');
    const quantity_micros = (sums.get(key)?.quantity_micros ?? 0n) + row.quantity_micros;
    sums.set(key, { ...row, quantity_micros });
  }
  return sums.values();
}

function exactQuotient(price: string, per: number): Big {
  const Exact = Big();
  Exact.DP = 30;
  const quotient = new Exact(price).div(per);
  if (quotient.times(per).eq(price)) return new Big(quotient.toFixed());
  throw new AppError('CONFIG_INVALID', 'a price cannot be rated exactly', {
    where: 'rate_card.prices',
    expected: 'a price that divides by its per, or a per of 1, 10, 100 …',
    got: `${price} per ${per}`,
  });
}

function charge(card: RateCard, period: string, tenant: Tenant) {
  const window = monthWindow(period);
  return {
    BillingAccountId: tenant.billing_account ?? tenant.id,
    BillingCurrency: card.currency,
    BillingPeriodEnd: focusTime(window.end),
    BillingPeriodStart: focusTime(window.start),
    SubAccountId: tenant.id as string,
    SubAccountName: tenant.name ?? tenant.id,
    SubAccountType: 'Tenant' as const,
  };
}

function invoice(
  charges: readonly Charge[],
  card: RateCard,
  period: string,
  tenants: ReadonlyMap<string, Tenant>,
): { readonly invoices: readonly InvoiceLine[]; readonly adjustments: readonly Charge[] } {
  const accounts = new Map<string, Charge[]>();
  for (const entry of charges) {
    const list = accounts.get(entry.BillingAccountId);
    if (list === undefined) accounts.set(entry.BillingAccountId, [entry]);
    else list.push(entry);
  }
  const window = monthWindow(period);
  const invoices: InvoiceLine[] = [];
  const adjustments: Charge[] = [];
  for (const [account, list] of [...accounts].sort(([a], [b]) => compareText(a, b))) {
    const exact = list.reduce((sum, entry) => sum.plus(entry.BilledCost), new Big(0));
    const billed = exact.round(minorUnits(card.currency), Big.roundHalfEven);
    const remainder = billed.minus(exact);
    const ids = [...new Set(list.map((entry) => entry.SubAccountId))].sort();
    invoices.push({
      billing_account: account,
      currency: card.currency,
      tenants: ids,
      exact: exact.toFixed(),
      billed: billed.toFixed(minorUnits(card.currency)),
    });
    const tenant = tenants.get(ids[0] ?? '');
    if (remainder.eq(0) || tenant === undefined) continue;
    adjustments.push({
      ...charge(card, period, tenant),
      BilledCost: remainder.toFixed(),
      ChargeCategory: 'Adjustment',
      ChargeDescription: 'Rounding to invoice minor unit',
      ChargePeriodEnd: focusTime(window.end),
      ChargePeriodStart: focusTime(window.end - 86_400_000),
      ConsumedQuantity: null,
      ConsumedUnit: null,
      ContractedUnitPrice: null,
      PricingQuantity: null,
      PricingUnit: null,
      ServiceName: 'Rounding',
      SkuId: null,
      SkuMeter: null,
      SkuPriceId: null,
    });
  }
  return { invoices, adjustments };
}

function byKey(a: Charge, b: Charge): number {
  const key = (entry: Charge): string =>
    [
      entry.BillingAccountId,
      entry.SubAccountId,
      entry.ChargeCategory === 'Usage' ? 0 : 1,
      entry.ServiceName,
      entry.SkuMeter,
      entry.ChargePeriodStart,
      entry.ConsumedUnit,
    ].join('\n');
  return compareText(key(a), key(b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
