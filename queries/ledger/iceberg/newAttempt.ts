import { randomBytes } from 'node:crypto';

/** The name of a new attempt: when it began (UTC, to the second), and what makes it no other's. */
export function newAttempt(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return `${time}_${randomBytes(8).toString('hex')}`;
}

/** When an attempt began, epoch milliseconds; undefined for a name that is none. */
export function attemptTime(attempt: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_[0-9a-f]{16}/.exec(attempt);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
