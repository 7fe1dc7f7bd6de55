import { sqlInstant } from '../engines/sqlInstant.js';
import type { ArrivedPart } from './arrivalsOf.js';
import { RECENT_FILE } from './bookingFiles.js';
import { RECENT_GRAIN_MS, RECENT_SPAN_MS } from './bookUsage.js';

/** What the view `usage_recent` reads, and of it the rows it shows. */
export interface RecentUsage {
  /** Relative to the folder of the bookings. */
  readonly files: readonly string[];
  /** A condition, the same on every engine. */
  readonly where: string;
}

/** The parts that hold recent usage, and which of their rows are. */
export interface RecentSpan {
  readonly names: readonly string[];
  /** A condition, the same on every engine. */
  readonly where: string;
}

/**
 * Recent usage ends with the newest arrival and begins 48 hours before it. Only parts to which something came in that time
 * are read, so that their number is bounded; what came before cannot have happened in it, but for clocks that run ahead.
 */
export function recentSpan(parts: readonly ArrivedPart[]): RecentSpan {
  const newest = parts.reduce((most, { arrivalThrough }) => Math.max(most, arrivalThrough), Number.NEGATIVE_INFINITY);
  if (newest === Number.NEGATIVE_INFINITY) return { names: [], where: 'false' };
  const from = newest - RECENT_SPAN_MS;
  const start = Math.floor(from / RECENT_GRAIN_MS) * RECENT_GRAIN_MS;
  return {
    names: parts.filter(({ arrivalThrough }) => arrivalThrough >= from).map(({ name }) => name),
    where: `window_start >= ${sqlInstant(start)} and window_start <= ${sqlInstant(newest)}`,
  };
}

/** The same as files. */
export function recentUsage(parts: readonly ArrivedPart[]): RecentUsage {
  const { names, where } = recentSpan(parts);
  return { files: names.map((name) => `${recentFolder(name)}/${RECENT_FILE}`), where };
}

/** Where a part's recent usage is: in a booking itself, of a merge in the folder beside it. */
export function recentFolder(part: string): string {
  return part.replace(/^sealed-/, 'recent-');
}
