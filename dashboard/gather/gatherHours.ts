import { HOUR_MS, type Window } from '../../model/index.js';
import { completenessByHour, type Engine } from '../../queries/index.js';
import type { HourQuality } from '../DashboardData.js';

/** The starts of a window's hours. */
export function hoursOf({ start, end }: Window): readonly number[] {
  return Array.from({ length: Math.round((end - start) / HOUR_MS) }, (_, place) => start + place * HOUR_MS);
}

/** What can be said of every hour of a window; hours beyond the data are missing, whatever they have already. */
export async function gatherHours(
  engine: Engine,
  window: Window,
  dataThrough: number | null,
): Promise<readonly HourQuality[]> {
  const judged = new Map((await completenessByHour(engine, window)).map((hour) => [hour.hour, hour]));
  return hoursOf(window).map((hour) => {
    const { sound = 0, doubtful = 0 } = judged.get(hour) ?? {};
    const beyond = dataThrough === null || hour >= dataThrough;
    const state = beyond ? 'missing' : doubtful > 0 ? 'incomplete' : sound > 0 ? 'complete' : 'unjudged';
    return { hour, state, sound, doubtful };
  });
}
