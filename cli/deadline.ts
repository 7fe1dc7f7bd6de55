import { AppError } from '../model/index.js';
import type { CliContext } from './CliContext.js';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
/** Timers hold no more than 2^31 milliseconds. */
const LONGEST_MS = 24 * 3_600_000;

/** Reads a duration such as `30s`, `5m` or `1h`, in milliseconds. Throws USAGE. */
export function readTimeout(flag: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (count === '' || ms < 1 || ms > LONGEST_MS) {
    throw new AppError('USAGE', `${flag} is not usable`, {
      expected: 'a duration such as 30s, 5m or 1h, at most a day',
      got: JSON.stringify(text.slice(0, 80)),
    });
  }
  return ms;
}

/**
 * Does the work under a deadline: its context's signal is raised by Ctrl-C, as before, and when the time is over, and then
 * the work ends with TIMED_OUT, however it put that.
 */
export async function withDeadline<T>(
  context: CliContext,
  timeoutMs: number | undefined,
  work: (context: CliContext) => Promise<T>,
): Promise<T> {
  if (timeoutMs === undefined) return work(context);
  const over = new AbortController();
  const late = new AppError('TIMED_OUT', 'the report took longer than --timeout', {
    expected: `an answer within ${timeoutMs / 1_000} s`,
    hint: 'raise --timeout, or ask for a shorter window or fewer tenants',
  });
  const timer = setTimeout(() => over.abort(late), timeoutMs);
  try {
    return await work({ ...context, signal: AbortSignal.any([context.signal, over.signal]) });
  } catch (error) {
    if (over.signal.aborted && !context.signal.aborted) throw late;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
