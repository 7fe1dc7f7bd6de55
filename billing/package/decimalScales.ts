import type { Price, RateCard } from '../../model/index.js';
import { pricedUnit } from '../rating/unitPrice.js';

/** Decimals of the columns of a package: enough for every value the rate cards can give, so that Parquet holds them exactly. */
export interface DecimalScales {
  readonly cost: number;
  readonly price: number;
  readonly quantity: number;
}

/** Digits of a decimal of Parquet. */
export const PRECISION = 38;

/** Costs and quantities, unit prices: what covers prices of 10 decimals and quantities of 4. */
const LEAST = { cost: 14, price: 16, quantity: 14 };

/** What a prorated amount is cut at, and what a price may have. */
const MONEY = 12;
const MICROS = 6;

/** The decimals that amounts by these rate cards can have. */
export function decimalScales(cards: readonly RateCard[]): DecimalScales {
  const prices = cards.flatMap((card) =>
    [card, ...Object.values(card.plans), ...Object.values(card.tenants)].flatMap((part) => part.prices),
  );
  let { cost, price, quantity } = LEAST;
  for (const each of prices) {
    for (const [ofPrice, ofQuantity] of decimalsOf(each)) {
      price = Math.max(price, ofPrice);
      quantity = Math.max(quantity, ofQuantity);
      cost = Math.max(cost, ofPrice + ofQuantity);
    }
  }
  return { cost, price, quantity };
}

/** Decimals of unit price and quantity of each row a price can give. */
function decimalsOf(price: Price): readonly (readonly [price: number, quantity: number])[] {
  const metered = (text: string, per: number): readonly [number, number] => {
    const unit = pricedUnit(text, per);
    return [decimals(unit.price.toFixed()), MICROS + String(unit.per).length - 1];
  };
  switch (price.model) {
    case 'flat':
      return [[MONEY, 0]];
    case 'per_unit':
      return [metered(price.price, price.per)];
    case 'package':
      return [[decimals(price.price), MICROS]];
    case 'percentage':
      return [[decimals(price.percent) + 2, MICROS]];
    default:
      return price.tiers.flatMap((tier) => [metered(tier.price, price.per), [decimals(tier.flat), 0] as const]);
  }
}

const decimals = (text: string): number => (text.split('.')[1] ?? '').length;
