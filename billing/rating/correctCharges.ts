import Big from 'big.js';
import type { Charge } from '../../model/index.js';

/**
 * What a later rating of a period adds to an earlier one: the difference of quantity where the same price bills more or less,
 * and where it bills no more (a volume tier was passed, a card changed) the old row taken back whole beside the new one. Added
 * to the earlier charges these give the later ones, price × quantity exact in every row that has a price. Pure.
 */
export function correctCharges(before: readonly Charge[], after: readonly Charge[]): readonly Charge[] {
  const old = new Map(before.map((charge) => [keyOf(charge), charge]));
  const corrections: Charge[] = [];
  for (const charge of after) {
    const key = keyOf(charge);
    const earlier = old.get(key);
    old.delete(key);
    const change = earlier === undefined ? charge : plus(charge, negated(earlier));
    if (!isNothing(change)) corrections.push(change);
  }
  const reversals = [...old.values()].map(negated).filter((charge) => !isNothing(charge));
  return [...reversals, ...corrections];
}

/** Rows of one key have one price, so that their quantities may be added. */
function keyOf(charge: Charge): string {
  const { BilledCost: _cost, ConsumedQuantity: _consumed, PricingQuantity: _priced, ...key } = charge;
  return JSON.stringify(key);
}

const negative = (value: string): string => new Big(value).times(-1).toFixed();
const sum = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : new Big(a).plus(b).toFixed();

function negated(charge: Charge): Charge {
  return {
    ...charge,
    BilledCost: negative(charge.BilledCost),
    ConsumedQuantity: charge.ConsumedQuantity === null ? null : negative(charge.ConsumedQuantity),
    PricingQuantity: charge.PricingQuantity === null ? null : negative(charge.PricingQuantity),
  };
}

function plus(charge: Charge, other: Charge): Charge {
  return {
    ...charge,
    BilledCost: new Big(charge.BilledCost).plus(other.BilledCost).toFixed(),
    ConsumedQuantity: sum(charge.ConsumedQuantity, other.ConsumedQuantity),
    PricingQuantity: sum(charge.PricingQuantity, other.PricingQuantity),
  };
}

function isNothing({ BilledCost, ConsumedQuantity, PricingQuantity }: Charge): boolean {
  return [BilledCost, ConsumedQuantity, PricingQuantity].every((value) => value === null || new Big(value).eq(0));
}
