import * as z from 'zod';

declare const utcDay: unique symbol;

/** A calendar day in UTC, written `YYYY-MM-DD`. Text order is time order. */
export type UtcDay = string & { readonly [utcDay]: true };

/** One UTC day in milliseconds. */
export const DAY_MS = 86_400_000;

/** True for a real calendar day written `YYYY-MM-DD` (2026-02-30 is not one). */
export function isUtcDay(text: string): text is UtcDay {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Zod schema of a {@link UtcDay}. */
export const utcDaySchema = z.string().refine(isUtcDay, { error: 'expected a calendar day as YYYY-MM-DD' });

/** The UTC day that an instant (milliseconds since the epoch) lies in. Throws RangeError outside the years 0000 to 9999. */
export function utcDayOf(epochMs: number): UtcDay {
  const day = Math.floor(epochMs / DAY_MS);
  if (day !== lastDay) {
    lastDayText = new Date(day * DAY_MS).toISOString().slice(0, 10) as UtcDay;
    lastDay = day;
  }
  return lastDayText;
}

// One day is asked for again and again: every record of a batch arrives on it.
let lastDay = Number.NaN;
let lastDayText = '' as UtcDay;

/** The first millisecond of a day. */
export function startOfDay(day: UtcDay): number {
  return Date.parse(`${day}T00:00:00.000Z`);
}

/** The day `count` days later (earlier when negative). */
export function addDays(day: UtcDay, count: number): UtcDay {
  return utcDayOf(startOfDay(day) + count * DAY_MS);
}
