import { knownTimes, ScheduleState } from './ScheduleState.js';

/** What became of the last scheduled time of which something is known: its state in a word, or undefined when there is none. */
export async function lastStatus(
  lake: string,
  schedule: string,
): Promise<{ readonly time: number; readonly state: string } | undefined> {
  const time = (await knownTimes(lake, schedule)).at(-1);
  if (time === undefined) return undefined;
  const state = new ScheduleState(lake, schedule, time);
  if ((await state.read('delivered.json')) !== undefined) return { time, state: 'delivered' };
  const over = await state.read('over.json');
  if (over === undefined) return { time, state: 'pending' };
  const told: unknown = JSON.parse(String(over));
  return { time, state: typeof told === 'object' && told !== null && 'state' in told ? String(told.state) : 'failed' };
}
