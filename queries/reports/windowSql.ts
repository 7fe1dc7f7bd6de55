import { AppError, HOUR_MS, type Window } from '../../model/index.js';

/** A window of so many hours that ends with the last whole hour, in UTC, whenever the statement is run. */
export interface LatestHours {
  readonly latestHours: number;
}

/** A window, and how what it means is said in SQL. */
export interface WindowSql {
  readonly window: Window;
  readonly instant: (ms: number) => string;
  /** The first and last arrival date of its lines, as text. */
  readonly firstDate: string;
  readonly lastDate: string;
}

/** How far around a window its neighbours are looked for: who is silent for longer has ended (completeness). */
export const AROUND_MS = 7 * 24 * HOUR_MS;
/** Hours a statement can name: engines bound its length, Athena at 256 KiB. */
export const MOST_HOURS = 100 * 24;

/** A part of a window, as `renderReport` names them; undefined for a part no window has. */
export function windowPart({ window, instant, firstDate, lastDate }: WindowSql, part: string): string | undefined {
  switch (part) {
    case 'start':
      return instant(window.start);
    case 'end':
      return instant(window.end);
    case 'before':
      return instant(2 * window.start - window.end);
    case 'first_dt':
      return firstDate;
    case 'last_dt':
      return lastDate;
    case 'around_start':
      return instant(window.start - AROUND_MS);
    case 'around_end':
      return instant(window.end + AROUND_MS);
    case 'hours':
      return hoursOf(window).map(instant).join(', ');
    default:
      return undefined;
  }
}

const NOW = `cast(current_timestamp at time zone 'UTC' as timestamp)`;
const THIS_HOUR = `date_trunc('hour', ${NOW})`;

/** A window that moves with the time it is asked at: instants are hours from the beginning of the present one. */
export function latestWindow({ latestHours }: LatestHours, lateDays: number): WindowSql {
  const instant = (ms: number): string => (ms === 0 ? THIS_HOUR : `date_add('hour', ${ms / HOUR_MS}, ${THIS_HOUR})`);
  const window = { start: -latestHours * HOUR_MS, end: 0 };
  return {
    window,
    instant,
    firstDate: dateOf(-1, instant(window.start)),
    // The date of the window's last hour: its end may be midnight.
    lastDate: dateOf(lateDays, instant(window.end - HOUR_MS)),
  };
}

/** The UTC date so many days before the present one, as text. */
export const latestDay = (daysAgo: number): string => dateOf(-daysAgo, NOW);

const dateOf = (days: number, instant: string): string =>
  `date_format(date_add('day', ${days}, ${instant}), '%Y-%m-%d')`;

function hoursOf({ start, end }: Window): readonly number[] {
  const count = (end - start) / HOUR_MS;
  if (count > MOST_HOURS) {
    throw new AppError('PARAMETER_INVALID', 'the window is too long to be judged hour by hour', {
      expected: 'at most 100 days',
      got: `${count} hours`,
    });
  }
  return Array.from({ length: count }, (_, hour) => start + hour * HOUR_MS);
}
