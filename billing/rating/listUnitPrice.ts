import type Big from 'big.js';
import type { RateCard, Tenant } from '../../model/index.js';
import { type ResolvedPrice, resolvePrices } from '../rates/resolvePrices.js';
import { pricedUnit } from './unitPrice.js';

/**
 * The list price of a unit whose price was negotiated: what the tenant's plan, or the card, asks for the same price. Undefined
 * where nothing was negotiated, or where the two are not prices of the same unit.
 */
export function listUnitPrice(card: RateCard, tenant: Tenant, { price, from }: ResolvedPrice): Big | undefined {
  if (price.model !== 'per_unit' || !from.startsWith('tenant ')) return undefined;
  const listed = resolvePrices({ ...card, tenants: {} }, tenant);
  const same = listed.prices.find((other) => other.price.id === price.id)?.price;
  if (same?.model !== 'per_unit' || same.service !== price.service || same.meter !== price.meter) return undefined;
  return same.per === price.per ? pricedUnit(same.price, same.per).price : undefined;
}
