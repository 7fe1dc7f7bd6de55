import { AppError, type ReportSchedule } from '../../model/index.js';
import { type OccurrenceStatus, runOccurrence, type ScheduleParts } from './runOccurrence.js';
import { firstSeen, knownTimes, ScheduleState } from './ScheduleState.js';
import { nextScheduledTime, scheduledTimes } from './scheduledTimes.js';

/** A time that nothing ran for within this is made up for as `catch_up` says. */
const MISSED_AFTER_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** How long is slept at most: what waits for data or for another try is looked at again. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Runs what is due of some schedules, once: scheduled times that passed and are not finished, oldest first. Times before a
 * schedule was first seen in the lake are nobody's.
 */
export async function runDue(
  parts: ScheduleParts,
  schedules: readonly ReportSchedule[],
): Promise<readonly OccurrenceStatus[]> {
  const statuses: OccurrenceStatus[] = [];
  for (const schedule of schedules) {
    for (const time of await dueTimes(parts, schedule)) {
      const status = await runOccurrence(parts, schedule, time);
      statuses.push(status);
      // What is over is not looked at again; a failed one stays failed until someone asks for it.
      if (['delivered', 'failed', 'skipped'].includes(status.state)) {
        await new ScheduleState(parts.lake, schedule.name, time).create('over.json', JSON.stringify(status));
      }
    }
  }
  return statuses;
}

async function dueTimes(parts: ScheduleParts, schedule: ReportSchedule): Promise<readonly number[]> {
  const now = parts.clock();
  const since = await firstSeen(parts.lake, schedule.name, now);
  const known = await knownTimes(parts.lake, schedule.name);
  const stateOf = (time: number): ScheduleState => new ScheduleState(parts.lake, schedule.name, time);
  const unfinished: number[] = [];
  for (const time of known) if ((await stateOf(time).read('over.json')) === undefined) unfinished.push(time);
  const passed = scheduledTimes(schedule, known.at(-1) ?? since, now);
  const missed = passed.filter((time) => now - time > MISSED_AFTER_MS);
  const wanted =
    schedule.catch_up === 'all'
      ? missed
      : schedule.catch_up === 'last' && missed.length === passed.length
        ? missed.slice(-1)
        : [];
  for (const time of missed) {
    if (!wanted.includes(time))
      await stateOf(time).create('skipped.json', `missed, and catch_up is ${schedule.catch_up}`);
  }
  return [...unfinished, ...passed].sort((a, b) => a - b);
}

/** When something of these schedules can be due next, epoch milliseconds. */
export function nextDue(schedules: readonly ReportSchedule[], after: number): number | undefined {
  const times = schedules.map((schedule) => nextScheduledTime(schedule, after)).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Waiting, passed in; it ends early when the signal is given. */
export interface SchedulePacing {
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Ends at this instant; without it only the signal ends it. */
  readonly until?: number;
}

/** Runs what is due, again and again, and tells each change of state. Returns when `until` has come; throws the signal's reason. */
export async function runSchedules(
  parts: ScheduleParts,
  schedules: readonly ReportSchedule[],
  { sleep, signal, until }: SchedulePacing,
  tell: (status: OccurrenceStatus) => void,
): Promise<void> {
  const told = new Map<string, string>();
  for (;;) {
    signal.throwIfAborted();
    for (const status of await runDue(parts, schedules)) {
      const key = `${status.schedule} ${status.time}`;
      const text = `${status.state} ${status.detail}`;
      if (told.get(key) !== text) tell(status);
      told.set(key, text);
    }
    const now = parts.clock();
    if (until !== undefined && now >= until) return;
    const next = Math.min(
      now + LONGEST_SLEEP_MS,
      until ?? Number.MAX_SAFE_INTEGER,
      nextDue(schedules, now) ?? Number.MAX_SAFE_INTEGER,
    );
    await sleep(Math.max(1, next - now));
  }
}

/** Runs the last scheduled time of one schedule because someone asks for it: what failed is tried again, what was delivered is not. */
export async function runNow(parts: ScheduleParts, schedule: ReportSchedule): Promise<OccurrenceStatus> {
  const now = parts.clock();
  await firstSeen(parts.lake, schedule.name, now);
  // Near ones first: a year of minutes is a long list.
  const last = [1, 32, 366].reduce<number | undefined>(
    (found, days) => found ?? scheduledTimes(schedule, now - days * DAY_MS, now, 1).at(-1),
    undefined,
  );
  if (last === undefined) throw new AppError('USAGE', 'the schedule has had no time yet', { got: schedule.name });
  return runOccurrence(parts, schedule, last, true);
}
