/**
 * What an answer's `Retry-After` asks for: seconds, or a date (RFC 9110, 10.2.3). What is neither is no word of when.
 *
 * @param text the header, null without one
 * @param now epoch milliseconds
 * @returns milliseconds from now, never negative
 */
export function retryAfterMs(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const wait = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
