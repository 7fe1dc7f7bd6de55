import Big from 'big.js';
import { AppError } from '../../model/index.js';

/** What a priced unit is: so many units of the meter, and its price. */
export interface PricedUnit {
  /** Units of the meter in one priced unit: 1, or a power of ten. */
  readonly per: number;
  readonly price: Big;
}

/** Longest quotient of a price of 12 decimals by a `per` below 2^53. */
const LONGEST = 12 + 53;

/**
 * The unit a price is for. A `per` that is a power of ten stays, since the quantity is divided by moving its decimal point;
 * any other is put into the price. Throws CONFIG_INVALID when that is not exact.
 */
export function pricedUnit(price: string, per: number): PricedUnit {
  if (/^10*$/.test(String(per))) return { per, price: new Big(price) };
  const Exact = Big();
  Exact.DP = LONGEST;
  const quotient = new Exact(price).div(per);
  if (quotient.times(per).eq(price)) return { per: 1, price: new Big(quotient.toFixed()) };
  throw new AppError('CONFIG_INVALID', 'a price cannot be rated exactly', {
    where: 'the rate card',
    expected: 'a price that divides by its per, or a per of 1, 10, 100 …',
    got: `${price} per ${per}`,
  });
}
