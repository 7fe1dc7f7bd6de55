import Big from 'big.js';
import { decimalFromMicros, type MeteredPrice, type Micros, type PriceTier, type UtcDay } from '../../model/index.js';
import { pricedUnit } from './unitPrice.js';

/** A quantity of one UTC day, millionths of the meter's unit. */
export interface DayQuantity {
  readonly day: UtcDay;
  readonly quantity: bigint;
}

/** What a day's quantity costs at one price or tier: price × quantity is the cost, exactly. */
export interface PricedRow {
  readonly day: UtcDay;
  /** Tells the rows of a day apart: empty, `included`, `t1`, `t1.flat` … */
  readonly tier: string;
  /** What was measured; null for a fixed amount. */
  readonly consumed: bigint | null;
  /** Sold quantity as exact decimal, in units of `per` of the meter's; null for a fixed amount, of which there is one. */
  readonly quantity: Big;
  readonly per: number | string;
  readonly unitPrice: Big;
  readonly details: Readonly<Record<string, string | number>>;
}

const ZERO = new Big(0);
const MICRO = new Big('0.000001');

/**
 * Rates the quantities of one price over a billing period (or the part a version of the card holds for). Quantities add up
 * in the order of days: what is included goes first, and the models see what is beyond it. A tier's upper bound belongs to the
 * tier. A day may lower the sum; what it takes back is then taken back from the tier it lay in. Pure and exact.
 *
 * @param days one entry a day, in order
 * @param included what of the included quantity is left, millionths
 */
export function ratePrice(price: MeteredPrice, days: readonly DayQuantity[], included: bigint): readonly PricedRow[] {
  const beyond = (sum: bigint): bigint => (included === 0n ? sum : sum > included ? sum - included : 0n);
  const total = days.reduce((sum, { quantity }) => sum + quantity, 0n);
  const rate = rater(price, beyond(total));
  const rows: PricedRow[] = [];
  let sum = 0n;
  for (const { day, quantity } of days) {
    if (quantity === 0n) continue;
    const before = sum;
    sum += quantity;
    const [paidBefore, paid] = [beyond(before), beyond(sum)];
    const free = quantity - (paid - paidBefore);
    if (free !== 0n)
      rows.push({ ...usage(free, unitOf(price), ZERO), day, tier: 'included', details: { x_Tier: 'included' } });
    if (paid !== paidBefore) rows.push(...rate(paidBefore, paid).map((row) => ({ ...row, day })));
  }
  return rows;
}

type Slice = Omit<PricedRow, 'day'>;
type Rater = (before: bigint, after: bigint) => Slice[];

function rater(price: MeteredPrice, total: bigint): Rater {
  switch (price.model) {
    case 'per_unit': {
      const unit = pricedUnit(price.price, price.per);
      return (before, after) => [{ ...usage(after - before, unit.per, unit.price), tier: '', details: {} }];
    }
    case 'percentage': {
      // Moves the decimal point: exact.
      const fraction = new Big(price.percent).times('0.01');
      return (before, after) => [
        { ...usage(after - before, 1, fraction), tier: '', details: { x_Percent: price.percent } },
      ];
    }
    case 'package': {
      const begun = (sum: bigint): bigint => ceilDivide(sum, price.size);
      const size = decimalFromMicros(price.size);
      return (before, after) => [
        {
          tier: '',
          consumed: after - before,
          quantity: new Big((begun(after) - begun(before)).toString()),
          per: size,
          unitPrice: new Big(price.price),
          details: { x_PackageSize: size },
        },
      ];
    }
    case 'graduated':
      return (before, after) => price.tiers.flatMap((_, index) => graduatedSlice(price, index, before, after));
    default:
      return volumeRater(price, total);
  }
}

type Tiered = Extract<MeteredPrice, { tiers: readonly PriceTier[] }>;

function graduatedSlice(price: Tiered, index: number, before: bigint, after: bigint): Slice[] {
  const tier = tierOf(price, index);
  const within = (sum: bigint): bigint => {
    const top = tier.upTo === undefined || sum < tier.upTo ? sum : tier.upTo;
    // Below the first tier there is none: a negative sum is the first tier's.
    return index > 0 && top < tier.from ? 0n : top - tier.from;
  };
  const entered = (sum: bigint): bigint => (sum > tier.from ? 1n : 0n);
  const quantity = within(after) - within(before);
  const rows: Slice[] = quantity === 0n ? [] : [tierUsage(tier, price, quantity)];
  return [...rows, ...flatRow(tier, entered(after) - entered(before))];
}

function volumeRater(price: Tiered, total: bigint): Rater {
  const found = price.tiers.findIndex(({ up_to }) => up_to === undefined || total <= up_to);
  const tier = tierOf(price, found);
  let flatDue = total > 0n;
  return (before, after) => {
    // On the first day with usage beyond what is included.
    const flat = flatDue ? flatRow(tier, 1n) : [];
    flatDue = false;
    return [tierUsage(tier, price, after - before), ...flat];
  };
}

interface Tier {
  readonly name: string;
  readonly from: bigint;
  readonly upTo: Micros | undefined;
  readonly price: string;
  readonly flat: string;
  readonly details: Readonly<Record<string, string | number>>;
}

function tierOf(price: Tiered, index: number): Tier {
  const tier = price.tiers[index];
  if (tier === undefined) throw new RangeError(`price ${price.id} has no tier ${index}`);
  const from = price.tiers[index - 1]?.up_to ?? 0n;
  const upTo = tier.up_to === undefined ? {} : { x_TierUpTo: decimalFromMicros(tier.up_to) };
  const details = { x_TierIndex: index + 1, x_TierFrom: decimalFromMicros(from), ...upTo };
  return { name: `t${index + 1}`, from, upTo: tier.up_to, price: tier.price, flat: tier.flat, details };
}

function tierUsage(tier: Tier, price: Tiered, quantity: bigint): Slice {
  const unit = pricedUnit(tier.price, price.per);
  return { ...usage(quantity, unit.per, unit.price), tier: tier.name, details: tier.details };
}

function flatRow(tier: Tier, times: bigint): Slice[] {
  const unitPrice = new Big(tier.flat);
  if (times === 0n || unitPrice.eq(0)) return [];
  const quantity = new Big(times.toString());
  return [{ tier: `${tier.name}.flat`, consumed: null, quantity, per: 1, unitPrice, details: tier.details }];
}

function usage(
  quantity: bigint,
  per: number,
  unitPrice: Big,
): Pick<PricedRow, 'consumed' | 'quantity' | 'per' | 'unitPrice'> {
  const sold = new Big(quantity.toString()).times(MICRO).times(new Big(10).pow(-(String(per).length - 1)));
  return { consumed: quantity, quantity: sold, per, unitPrice };
}

function unitOf(price: MeteredPrice): number {
  return 'per' in price ? pricedUnit('0', price.per).per : 1;
}

function ceilDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value > 0n && quotient * by !== value ? quotient + 1n : quotient;
}
