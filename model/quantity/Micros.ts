import * as z from 'zod';

declare const micros: unique symbol;

/** A quantity in millionths of its meter's unit (design decision 8). An integer, never a float. */
export type Micros = bigint & { readonly [micros]: true };

/** The largest quantity one event can carry: the BIGINT of the lake's Parquet column. */
export const MAX_EVENT_MICROS = 2n ** 63n - 1n;

const SCALE = 1_000_000n;

/** Zod schema of {@link Micros}: an integer as bigint, or as decimal digits in a string (JSON has no 64-bit integers). */
export const microsSchema = z
  .union([z.bigint(), z.string().regex(/^-?\d+$/)])
  .transform((value) => BigInt(value) as Micros);

/** Marks an integer that is known to count millionths. */
export function asMicros(value: bigint): Micros {
  return value as Micros;
}

/**
 * Exact millionths of a non-negative decimal number, or undefined when the value is negative, not finite, has more than
 * six decimals, or does not fit an event ({@link MAX_EVENT_MICROS}). The caller leaves the entry out and says so.
 *
 * A `number` is read by its shortest decimal text, so 0.1 is exactly 100000 millionths.
 */
export function microsFromDecimal(value: number | string): Micros | undefined {
  const text = typeof value === 'number' ? plainDecimal(value) : value;
  const match = text === undefined ? null : /^(\d{1,19})(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > 6) return undefined;
  const total = BigInt(match[1] ?? '0') * SCALE + BigInt(fraction.padEnd(6, '0'));
  return total > MAX_EVENT_MICROS ? undefined : (total as Micros);
}

function plainDecimal(value: number): string | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (Number.isSafeInteger(value)) return String(value);
  const text = String(value);
  if (!text.includes('e')) return text;
  if (value >= 1) return BigInt(value).toString();
  const [mantissa = '', exponent = '0'] = text.split('e-');
  return `0.${'0'.repeat(Number(exponent) - 1)}${mantissa.replace('.', '')}`;
}

/** Millionths as an exact decimal text without trailing zeros: 1500000 becomes `1.5`. */
export function decimalFromMicros(value: bigint): string {
  const sign = value < 0n ? '-' : '';
  const absolute = value < 0n ? -value : value;
  const fraction = (absolute % SCALE).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${absolute / SCALE}${fraction === '' ? '' : `.${fraction}`}`;
}
