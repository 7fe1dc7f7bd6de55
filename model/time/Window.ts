import { z } from 'zod';

/** A half-open span of time `[start, end)`, milliseconds since the epoch, UTC. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Zod schema of a {@link Window}: whole milliseconds, start before end. */
export const windowSchema = z
  .strictObject({ start: z.int(), end: z.int() })
  .refine((w) => w.start < w.end, { error: 'expected start before end' });

/** One hour in milliseconds, the grain of the ledger. */
export const HOUR_MS = 3_600_000;

/** The start of the hour an instant lies in. */
export function startOfHour(epochMs: number): number {
  return Math.floor(epochMs / HOUR_MS) * HOUR_MS;
}

const MILLISECONDS = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);
const KEPT_SECONDS = 64;
const seconds = new Array<number>(KEPT_SECONDS).fill(Number.NaN);
const secondTexts = new Array<string>(KEPT_SECONDS).fill('');

/**
 * An instant as ISO 8601 in UTC with milliseconds: `2026-11-23T10:00:00.000Z`. Throws RangeError outside the years a Date has.
 * Several are written for every line, most of them of the seconds of the line before, so those seconds' texts are kept.
 */
export function isoInstant(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  const slot = second & (KEPT_SECONDS - 1);
  if (second !== seconds[slot]) {
    secondTexts[slot] = new Date(second * 1000).toISOString().slice(0, -4);
    seconds[slot] = second;
  }
  return `${secondTexts[slot]}${MILLISECONDS[Math.floor(epochMs - second * 1000)]}`;
}

/** An instant on a minute as people read it: `2026-11-23 10:00`. The reader must be told elsewhere that it is UTC. */
export function humanInstant(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

/**
 * A duration written as a whole number and a unit (`90m`, `24h`, `28d`, `4w`), in milliseconds.
 * Returns undefined for anything else, so that the caller can name the flag it came from.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9]\d{0,5})([mhdw])$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
}
