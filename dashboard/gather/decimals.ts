import { amountText } from '../../queries/index.js';

/** Digits behind the point that all sums are held with: dollars have 18, quantities six. */
const DECIMALS = 18;

/** An exact decimal as an integer of 1e-18, for sums that must not lose a digit. */
export function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(DECIMALS, '0').slice(0, DECIMALS));
  return text.startsWith('-') ? -value : value;
}

/** The integer of {@link scaled} as an exact decimal again. */
export function decimalText(value: bigint): string {
  return amountText(value, DECIMALS);
}

/** The exact sum of decimals. */
export function sumOf(texts: readonly string[]): string {
  return decimalText(texts.reduce((sum, text) => sum + scaled(text), 0n));
}
