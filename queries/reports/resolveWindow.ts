import { AppError, HOUR_MS, isUtcDay, parseDuration, type Window } from '../../model/index.js';

/**
 * The window that --since, --until and --last mean. `--last` ends at --until, or where the data ends, so that it never
 * shows a partial hour. The ledger's grain is one hour, so a window that is not whole hours is refused: it could only be
 * answered with a number for other hours. Throws USAGE for what cannot be read and LAKE_EMPTY when there is no data to end at.
 */
export function resolveWindow(
  flags: { readonly since?: string; readonly until?: string; readonly last?: string },
  dataThrough: number | null,
): Window {
  const until = flags.until === undefined ? undefined : instant('--until', flags.until);
  const since = flags.since === undefined ? undefined : instant('--since', flags.since);
  if (since !== undefined && flags.last !== undefined) {
    throw new AppError('USAGE', '--since and --last together', { expected: 'one of them', got: 'both' });
  }
  const length = flags.last === undefined ? undefined : duration(flags.last);
  const end = until ?? dataThrough;
  if (end === null)
    throw new AppError('LAKE_EMPTY', 'the ledger has no booking yet', { hint: 'run: tenantscope ledger build' });
  const start = since ?? (length === undefined ? undefined : end - length);
  if (start === undefined || start >= end) {
    throw new AppError('USAGE', 'the window is empty', {
      expected: '--since before --until',
      got: `${flags.since ?? 'nothing'} to ${new Date(end).toISOString()}`,
    });
  }
  return { start, end };
}

function duration(text: string): number {
  const value = parseDuration(text);
  if (value === undefined || value % HOUR_MS !== 0)
    throw new AppError('USAGE', '--last is not usable', {
      expected: 'a duration of whole hours such as 24h or 7d',
      got: JSON.stringify(text),
    });
  return value;
}

function instant(flag: string, text: string): number {
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{3})?)?Z)?$/.test(text);
  const value = shape && isUtcDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(value) || value % HOUR_MS !== 0)
    throw new AppError('USAGE', `${flag} is not usable`, {
      expected: 'a whole hour in UTC such as 2026-11-23 or 2026-11-23T10:00Z',
      got: JSON.stringify(text),
    });
  return value;
}
