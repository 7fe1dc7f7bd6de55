import { asMicros, type Micros, microsFromDecimal } from '../../model/index.js';

/** One whole unit. */
export const ONE = asMicros(1_000_000n);

/** Exact millionths of a decimal text or number; undefined for `-`, negative and unreadable values. */
export function quantityOf(value: unknown): Micros | undefined {
  return typeof value === 'string' || typeof value === 'number' ? microsFromDecimal(value) : undefined;
}

/** `amount / divisor` in millionths, rounded half-even: for units a source's value is not exact in. */
export function dividedMicros(amount: bigint, divisor: bigint): Micros {
  const scaled = amount * 1_000_000n;
  const whole = scaled / divisor;
  const twice = (scaled % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && whole % 2n === 1n);
  return asMicros(up ? whole + 1n : whole);
}
