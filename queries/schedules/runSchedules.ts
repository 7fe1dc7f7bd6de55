import { AppError, type ReportSchedule } from '../../model/index.js';
import { type OccurrenceStatus, runOccurrence, type ScheduleParts } from './runOccurrence.js';
import { firstSeen, knownTimes, ScheduleState, seenSince } from './ScheduleState.js';
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

/** A scheduled time that has passed and is not finished. */
export interface DueOccurrence {
  readonly schedule: ReportSchedule;
  /** Epoch milliseconds. */
  readonly time: number;
  /** What a run would do with it: `skip` what was missed, as `catch_up` says. */
  readonly would: 'run' | 'skip';
}

/** What {@link runDue} would run now, oldest first of each schedule; writes nothing, and asks no engine. */
export async function planDue(
  { lake, clock }: Pick<ScheduleParts, 'lake' | 'clock'>,
  schedules: readonly ReportSchedule[],
): Promise<readonly DueOccurrence[]> {
  const due: DueOccurrence[] = [];
  for (const schedule of schedules) {
    const now = clock();
    const since = (await seenSince(lake, schedule.name)) ?? now;
    const { unfinished, passed, skipped } = await timesOf(lake, schedule, since, now);
    for (const time of [...unfinished, ...passed].sort((a, b) => a - b))
      due.push({ schedule, time, would: skipped.includes(time) ? 'skip' : 'run' });
  }
  return due;
}

async function dueTimes(parts: ScheduleParts, schedule: ReportSchedule): Promise<readonly number[]> {
  const now = parts.clock();
  const since = await firstSeen(parts.lake, schedule.name, now);
  const { unfinished, passed, skipped } = await timesOf(parts.lake, schedule, since, now);
  for (const time of skipped) {
    const state = new ScheduleState(parts.lake, schedule.name, time);
    await state.create('skipped.json', `missed, and catch_up is ${schedule.catch_up}`);
  }
  return [...unfinished, ...passed].sort((a, b) => a - b);
}

/** The times of a schedule that are not finished: those begun, those that passed since, and which of these are not made up for. */
async function timesOf(
  lake: string,
  schedule: ReportSchedule,
  since: number,
  now: number,
): Promise<{
  readonly unfinished: readonly number[];
  readonly passed: readonly number[];
  readonly skipped: readonly number[];
}> {
  const known = await knownTimes(lake, schedule.name);
  const unfinished: number[] = [];
  for (const time of known) {
    if ((await new ScheduleState(lake, schedule.name, time).read('over.json')) === undefined) unfinished.push(time);
  }
  const passed = scheduledTimes(schedule, known.at(-1) ?? since, now);
  const missed = passed.filter((time) => now - time > MISSED_AFTER_MS);
  const wanted =
    schedule.catch_up === 'all'
      ? missed
      : schedule.catch_up === 'last' && missed.length === passed.length
        ? missed.slice(-1)
        : [];
  return { unfinished, passed, skipped: missed.filter((time) => !wanted.includes(time)) };
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
  const last = lastTimeOf(schedule, now);
  await firstSeen(parts.lake, schedule.name, now);
  return runOccurrence(parts, schedule, last, true);
}

/** The last scheduled time that {@link runNow} runs, epoch milliseconds. Throws USAGE for a schedule that has had none in a year. */
export function lastTimeOf(schedule: ReportSchedule, now: number): number {
  // Near ones first: a year of minutes is a long list.
  const last = [1, 32, 366].reduce<number | undefined>(
    (found, days) => found ?? scheduledTimes(schedule, now - days * DAY_MS, now, 1).at(-1),
    undefined,
  );
  if (last === undefined) throw new AppError('USAGE', 'the schedule has had no time yet', { got: schedule.name });
  return last;
}
