import { AppError, type Window } from '../model/index.js';

/** The window of a calendar month in UTC, written `YYYY-MM`. Throws PARAMETER_INVALID for anything else. */
export function monthWindow(period: string): Window {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(period);
  if (match === null) {
    throw new AppError('PARAMETER_INVALID', 'the period is not a month', {
      where: '--period',
      expected: 'YYYY-MM such as 2026-11',
      got: JSON.stringify(period),
    });
  }
  const year = Number(match[1]);
  const month = Number(match[2]);
  return { start: Date.UTC(year, month - 1, 1), end: Date.UTC(year, month, 1) };
}

/** An instant as FOCUS writes it: `2026-11-01T00:00:00Z`. */
export function focusTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** The month after a month, `YYYY-MM`. */
export function nextPeriod(period: string): string {
  return new Date(monthWindow(period).end).toISOString().slice(0, 7);
}

/** The month before, as `YYYY-MM`. Throws as `monthWindow`. */
export function previousPeriod(period: string): string {
  return new Date(monthWindow(period).start - 1).toISOString().slice(0, 7);
}
