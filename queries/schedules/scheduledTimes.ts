import { Cron } from 'croner';
import {
  AppError,
  HOUR_MS,
  messageOf,
  parseDuration,
  type ReportSchedule,
  startOfDay,
  startOfHour,
  utcDayOf,
  type Window,
} from '../../model/index.js';

const DAY_MS = 24 * HOUR_MS;

/** The scheduled times after one instant and up to another, both epoch milliseconds, at most so many of the latest. */
export function scheduledTimes(
  schedule: ReportSchedule,
  after: number,
  through: number,
  most = 1000,
): readonly number[] {
  const cron = cronOf(schedule);
  const times: number[] = [];
  for (
    let next = cron.nextRun(new Date(after));
    next !== null && next.getTime() <= through;
    next = cron.nextRun(next)
  ) {
    times.push(next.getTime());
    if (times.length > most) times.shift();
  }
  return times;
}

/** The first scheduled time after an instant; undefined when there is none. */
export function nextScheduledTime(schedule: ReportSchedule, after: number): number | undefined {
  return cronOf(schedule).nextRun(new Date(after))?.getTime();
}

/** Throws CONFIG_INVALID for an expression that means no time. */
function cronOf({ name, at }: ReportSchedule): Cron {
  try {
    return new Cron(at, { timezone: 'UTC', paused: true });
  } catch (error) {
    throw new AppError('CONFIG_INVALID', 'a schedule has no times', {
      where: `report_schedules ${name}: at`,
      expected: 'a cron expression of five fields, UTC, such as 0 6 * * *',
      got: `${JSON.stringify(at)}: ${messageOf(error)}`,
      cause: error,
    });
  }
}

/** The window a scheduled time reports on. It depends on nothing else, so that a late run reports on the same. */
export function windowOfSchedule({ last, period }: ReportSchedule, time: number): Window {
  if (period === undefined) {
    const end = startOfHour(time);
    return { start: end - (parseDuration(last ?? '') ?? DAY_MS), end };
  }
  const today = startOfDay(utcDayOf(time));
  if (period === 'day') return { start: today - DAY_MS, end: today };
  if (period === 'week') {
    // Day 0 of the epoch was a Thursday.
    const monday = today - ((today / DAY_MS + 3) % 7) * DAY_MS;
    return { start: monday - 7 * DAY_MS, end: monday };
  }
  const date = new Date(today);
  return {
    start: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1),
    end: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
  };
}
