/** Decimals that a bill's numbers are added with. A Parquet file has them as doubles, whose noise goes far down. */
export const BILL_DECIMALS = 60;

const NUMBER = /^([+-]?)(\d{1,15})(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/;

/**
 * A decimal number in 1e-60, exactly as it is written; an exponent only moves its point. Undefined for what is no number, has
 * more than 15 digits before its point, or more decimals than there are.
 */
export function exactCost(text: string): bigint | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  if (digits === '0' || /^0*$/.test(digits)) return 0n;
  const shift = BILL_DECIMALS - fraction.length + Number(exponent);
  if (shift < 0 || digits.length + shift > BILL_DECIMALS + 15) return undefined;
  const value = BigInt(digits) * 10n ** BigInt(shift);
  return sign === '-' ? -value : value;
}

/** Rounds half-even from one number of decimals to a lower one. */
export function roundDecimals(value: bigint, from: number, to: number): bigint {
  const unit = 10n ** BigInt(from - to);
  const absolute = value < 0n ? -value : value;
  const [quotient, rest] = [absolute / unit, absolute % unit];
  const up = rest * 2n > unit || (rest * 2n === unit && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return value < 0n ? -rounded : rounded;
}
