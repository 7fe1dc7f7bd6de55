import { fullJitter } from '../../model/index.js';

const BACKOFF = { baseMs: 30_000, capMs: 60 * 60_000 } as const;

/**
 * How long to wait after a try that may succeed later: full jitter, at least a second, and never less than the receiver asked for.
 *
 * @param attempts tries so far, at least 1
 * @param random evenly in [0, 1)
 */
export function retryDelay(attempts: number, random: () => number, afterMs = 0): number {
  return Math.max(1000, Math.ceil(afterMs), fullJitter(attempts, BACKOFF, random));
}
