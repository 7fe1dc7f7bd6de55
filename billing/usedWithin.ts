import type { Window } from '../model/index.js';

const instant = (ms: number): string => `timestamp '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;

/** SQL over the ledger: what was used in a window, whenever it was booked. */
export function usedWithin({ start, end }: Window): string {
  return `event_hour >= ${instant(start)} and event_hour < ${instant(end)}`;
}
