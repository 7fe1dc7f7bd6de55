import type Big from 'big.js';
import {
  addDays,
  type Charge,
  decimalFromMicros,
  type RateCard,
  startOfDay,
  type Tenant,
  type Window,
} from '../../model/index.js';
import { focusTime } from '../period.js';
import type { ResolvedPrice } from '../rates/resolvePrices.js';
import { listUnitPrice } from './listUnitPrice.js';
import type { PricedRow } from './ratePrice.js';

/** Whose charge it is, by which version of the card, in which billing period. */
export interface ChargeScope {
  readonly card: RateCard;
  readonly tenant: Tenant;
  readonly period: Window;
}

function shared({ card, tenant, period }: ChargeScope) {
  return {
    BillingAccountId: tenant.billing_account ?? tenant.id,
    BillingCurrency: card.currency,
    BillingPeriodEnd: focusTime(period.end),
    BillingPeriodStart: focusTime(period.start),
    ChargeClass: null,
    SubAccountId: tenant.id as string,
    SubAccountName: tenant.name ?? tenant.id,
    SubAccountType: 'Tenant' as const,
    x_RateCardId: card.id,
  };
}

/** The charge of a priced row. A price of a plan or tenant has a SkuPriceId of its own: it is another price. */
export function usageCharge(scope: ChargeScope, resolved: ResolvedPrice, unit: string, row: PricedRow): Charge {
  const { price } = resolved;
  const meter = price.model === 'flat' ? null : price.meter;
  const what = meter === null ? `${price.service} ${price.id}` : `${price.service} ${meter}`;
  const tier = row.tier === '' ? '' : ` (${row.tier})`;
  const fixed = row.consumed === null;
  return {
    ...shared(scope),
    BilledCost: row.unitPrice.times(row.quantity).toFixed(),
    ChargeCategory: fixed ? 'Purchase' : 'Usage',
    ChargeDescription: `${what} of ${scope.tenant.id}${tier}`,
    ChargePeriodEnd: focusTime(startOfDay(addDays(row.day, 1))),
    ChargePeriodStart: focusTime(startOfDay(row.day)),
    ConsumedQuantity: row.consumed === null ? null : decimalFromMicros(row.consumed),
    ConsumedUnit: fixed ? null : unit,
    ContractedUnitPrice: row.unitPrice.toFixed(),
    ListUnitPrice: (row.tier === ''
      ? (listUnitPrice(scope.card, scope.tenant, resolved) ?? row.unitPrice)
      : row.unitPrice
    ).toFixed(),
    PricingQuantity: row.quantity.toFixed(),
    PricingUnit: fixed ? 'Counts' : pricingUnit(String(row.per), unit),
    ServiceName: price.service,
    SkuId: meter === null ? price.id : `${price.service}.${meter}`,
    SkuMeter: meter,
    SkuPriceDetails: JSON.stringify({ x_PricingModel: price.model, ...row.details }),
    SkuPriceId: priceId(scope.card, resolved, row.tier),
  };
}

/** The charge of a fixed price: one for the part of the period it holds for. */
export function flatCharge(scope: ChargeScope, resolved: ResolvedPrice, unitPrice: Big, during: Window): Charge {
  const { price } = resolved;
  return {
    ...shared(scope),
    BilledCost: unitPrice.toFixed(),
    ChargeCategory: 'Purchase',
    ChargeDescription: `${price.service} ${price.id} of ${scope.tenant.id}`,
    ChargePeriodEnd: focusTime(during.end),
    ChargePeriodStart: focusTime(during.start),
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ContractedUnitPrice: unitPrice.toFixed(),
    ListUnitPrice: unitPrice.toFixed(),
    PricingQuantity: '1',
    PricingUnit: 'Counts',
    ServiceName: price.service,
    SkuId: price.id,
    SkuMeter: null,
    SkuPriceDetails: JSON.stringify({ x_PricingModel: price.model }),
    SkuPriceId: priceId(scope.card, resolved, ''),
  };
}

/** An amount that has no price: a commitment's, or what rounding leaves. */
export function adjustment(
  scope: ChargeScope,
  amount: Big,
  about: { readonly service: string; readonly description: string; readonly during: Window },
): Charge {
  return {
    ...shared(scope),
    BilledCost: amount.toFixed(),
    ChargeCategory: 'Adjustment',
    ChargeDescription: about.description,
    ChargePeriodEnd: focusTime(about.during.end),
    ChargePeriodStart: focusTime(about.during.start),
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ContractedUnitPrice: null,
    ListUnitPrice: null,
    PricingQuantity: null,
    PricingUnit: null,
    ServiceName: about.service,
    SkuId: null,
    SkuMeter: null,
    SkuPriceDetails: null,
    SkuPriceId: null,
  };
}

function priceId(card: RateCard, { price, from }: ResolvedPrice, tier: string): string {
  const whose = from === 'card' ? [] : [from.replace(' ', ':')];
  return [card.id, ...whose, price.id, ...(tier === '' ? [] : [tier])].join('.');
}

/** FOCUS has whole numbers of a unit only: packages of another size are packages, whose size is in the details. */
function pricingUnit(per: string, unit: string): string {
  if (per === '1') return unit;
  return per.includes('.') ? 'Packages' : `${per} ${unit}`;
}
