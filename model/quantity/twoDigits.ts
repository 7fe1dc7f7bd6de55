/**
 * Two digits of what is above 0 and below 1, never with an exponent: `0.0041`. Twelve places at most, so that what is below 10^-12 reads as
 * nothing.
 */
export function twoDigits(value: number): string {
  return value.toFixed(Math.min(12, Math.ceil(-Math.log10(value)) + 1));
}
