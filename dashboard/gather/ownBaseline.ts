import { DAY_MS, HOUR_MS, type Window } from '../../model/index.js';
import { hoursOf } from './gatherHours.js';
import { short } from './gatherService.js';
import { percentile } from './peerBands.js';

/** Days of its own past without which a tenant has no usual level. */
const FEWEST_DAYS = 3;

/** What a tenant usually used in the hours of a window. */
export interface OwnBaseline {
  readonly low: readonly (number | null)[];
  readonly middle: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  /** Days before the window of which something is known. */
  readonly history_days: number;
}

/**
 * The 10th, 50th and 90th percentile of the same hour of the day on the days before the window. An hour in which somebody was
 * heard and the tenant used nothing counts as 0; one in which nobody was heard does not count. Null with too few days.
 *
 * @param own the tenant's usage by hour
 * @param heard hours of which the service has usage of anyone
 */
export function ownBaseline(own: ReadonlyMap<number, number>, heard: ReadonlySet<number>, window: Window): OwnBaseline {
  const first = Math.min(window.start, ...own.keys());
  const byHourOfDay = new Map<number, number[]>();
  for (const hour of heard) {
    // Before its first use it was not there.
    if (hour >= window.start || hour < first) continue;
    const ofDay = (hour % DAY_MS) / HOUR_MS;
    const values = byHourOfDay.get(ofDay) ?? [];
    values.push(own.get(hour) ?? 0);
    byHourOfDay.set(ofDay, values);
  }
  for (const values of byHourOfDay.values()) values.sort((a, b) => a - b);
  const at = (part: number): readonly (number | null)[] =>
    hoursOf(window).map((hour) => {
      const values = byHourOfDay.get((hour % DAY_MS) / HOUR_MS) ?? [];
      return values.length < FEWEST_DAYS ? null : short(percentile(values, part));
    });
  const days = Math.max(0, ...[...byHourOfDay.values()].map((values) => values.length));
  return { low: at(0.1), middle: at(0.5), high: at(0.9), history_days: days };
}
