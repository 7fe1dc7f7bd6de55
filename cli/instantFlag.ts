import { AppError, parseDuration } from '../model/index.js';

/** The instant a flag names, epoch milliseconds. Throws USAGE for anything but a UTC time such as 2026-11-23T10:00Z. */
export function instantFlag(flag: string, text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new AppError('USAGE', `${flag} is not usable`, {
    expected: 'a time in UTC such as 2026-11-23 or 2026-11-23T10:00Z',
    got: JSON.stringify(text),
  });
}

/** When something that is given as a duration from now, or as a time, ends. Throws USAGE when that is not after now. */
export function untilFlag(flag: string, text: string, now: number): number {
  const duration = parseDuration(text);
  const until = duration === undefined ? instantFlag(flag, text) : now + duration;
  if (until > now) return until;
  throw new AppError('USAGE', `${flag} is over already`, {
    expected: 'a duration such as 4h, or a time to come',
    got: text,
  });
}
