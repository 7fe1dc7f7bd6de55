const FIRST_MS = 30_000;
const LONGEST_MS = 60 * 60_000;

/**
 * How long to wait after a try that may succeed later: full jitter (AWS Architecture Blog, "Exponential Backoff And
 * Jitter"), at least a second, and never less than the receiver asked for.
 *
 * @param attempts tries so far, at least 1
 * @param random evenly in [0, 1)
 */
export function retryDelay(attempts: number, random: () => number, afterMs = 0): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.max(1000, Math.ceil(afterMs), Math.round(random() * ceiling));
}
