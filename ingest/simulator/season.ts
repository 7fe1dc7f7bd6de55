import { HOUR_MS } from '../../model/index.js';

/** Listening by hour of day in per cent of the mean: low at night, high in the evening. A table, since sine differs by machine. */
const DAY = [
  82, 75, 70, 68, 68, 72, 80, 90, 98, 102, 104, 106, 108, 107, 105, 105, 108, 114, 121, 127, 129, 125, 115, 101,
] as const;

/** How busy everybody is in an hour, about 1 on average over a day; weekends are 8 % busier. */
export function season(hourStart: number): number {
  const hour = Math.floor(hourStart / HOUR_MS);
  const weekday = (Math.floor(hour / 24) + 4) % 7;
  const weekend = weekday === 0 || weekday === 6 ? 108 : 100;
  return ((DAY[hour % 24] ?? 100) * weekend) / 10_000;
}
