import { HOUR_MS } from '../../model/index.js';

/** What a window's amount comes to in an hour: an incident tells of hours, whatever the length of the window it was held in. */
export function amountAnHour(amount: number, windowMs: number): number {
  return windowMs === HOUR_MS ? amount : (amount * HOUR_MS) / windowMs;
}
