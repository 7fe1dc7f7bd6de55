import { DAY_MS } from '../../model/index.js';

/** Earlier windows the one judged is compared with, oldest first. */
export interface ReferenceWindows {
  /** Places in the panel. */
  readonly places: readonly number[];
  /** By place in `places`: its time of day, as windows from that of the judged one (0 the same); all 0 without a season. */
  readonly slots: readonly number[];
  /** Places in `places` of the same time of the week as the one judged. */
  readonly sameWeekday: readonly number[];
}

const LONG_DAYS = 28;
/** Days of history from which times of day are told apart. */
const SEASONAL_DAYS = 14;
/** Consecutive windows that stand in before that: a week of hours, two days of anything shorter. */
const SHORT_WINDOWS = 168;
/** Tenants times windows looked at, at most: a fleet of 100,000 has its own time of day only, a small one the whole month. */
const MOST_VALUES = 3_000_000;

/**
 * Which windows C compares with: once there are 14 days, the last 28 days, as many times of day around the judged one as
 * the size of the fleet allows; otherwise the last windows as they come. Windows of a day and longer have no time of day.
 */
export function referenceWindows(index: number, windowMs: number, tenants: number): ReferenceWindows {
  const perDay = Math.round(DAY_MS / windowMs);
  const affordable = Math.floor(MOST_VALUES / Math.max(1, tenants));
  const days = perDay < 1 ? 0 : Math.min(LONG_DAYS, Math.floor(index / perDay));
  if (perDay > 1 && days >= SEASONAL_DAYS) {
    const reach = Math.max(0, Math.min((perDay >> 1) - 1, Math.floor((affordable / days - 1) / 2)));
    return seasonal(index, perDay, days, reach);
  }
  const most = perDay <= 1 ? LONG_DAYS : Math.max(SHORT_WINDOWS, windowMs * SHORT_WINDOWS < DAY_MS ? 2 * perDay : 0);
  const count = Math.min(index, most, Math.max(affordable, LONG_DAYS));
  const places = Array.from({ length: count }, (_, place) => index - count + place);
  const sameWeekday = perDay === 1 ? places.flatMap((_, place) => ((count - place) % 7 === 0 ? [place] : [])) : [];
  return { places, slots: places.map(() => 0), sameWeekday };
}

function seasonal(index: number, perDay: number, days: number, reach: number): ReferenceWindows {
  const places: number[] = [];
  const slots: number[] = [];
  const sameWeekday: number[] = [];
  for (let back = days; back >= 0; back -= 1) {
    for (let slot = -reach; slot <= reach; slot += 1) {
      const place = index - back * perDay + slot;
      if (place < 0 || place >= index) continue;
      if (slot === 0 && back % 7 === 0) sameWeekday.push(places.length);
      places.push(place);
      slots.push(slot);
    }
  }
  return { places, slots, sameWeekday };
}
