import type { Window } from '../model/index.js';
import { sqlInstant } from '../queries/index.js';

/** SQL over the ledger: what was used in a window, whenever it was booked. */
export function usedWithin({ start, end }: Window): string {
  return `event_hour >= ${sqlInstant(start)} and event_hour < ${sqlInstant(end)}`;
}
