import type { Window } from '../../model/index.js';

/**
 * The part of an amount that falls to a part of a period: by its milliseconds over the period's, in UTC, so that a month has
 * the length it has. Rounded down from the start of the period on, so that the parts of a period add up to the whole, however
 * it is cut. Outside the period there is nothing.
 */
export function prorate(amount: bigint, part: Window, period: Window): bigint {
  const length = BigInt(period.end - period.start);
  const until = (at: number): bigint => {
    const inside = Math.min(Math.max(at, period.start), period.end);
    return (amount * BigInt(inside - period.start)) / length;
  };
  return part.end <= part.start ? 0n : until(part.end) - until(part.start);
}

/** Decimals of a prorated price, as many as a price text may have. */
const DECIMALS = 12;

/** The same for an amount of money as decimal text. */
export function proratePrice(amount: string, part: Window, period: Window): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const digits = prorate(BigInt(whole + fraction.padEnd(DECIMALS, '0')), part, period)
    .toString()
    .padStart(DECIMALS + 1, '0');
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}
