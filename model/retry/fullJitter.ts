/** How waits between tries grow, milliseconds. */
export interface Backoff {
  /** Ceiling of the first wait; doubled with every try. */
  readonly baseMs: number;
  /** Ceiling of all of them. */
  readonly capMs: number;
}

/** Doubled no further: beyond it any base has met its cap. */
const DOUBLINGS = 30;

/**
 * How long to wait after a try that may succeed later: evenly between nothing and a ceiling that doubles ("full jitter", AWS
 * Architecture Blog, "Exponential Backoff And Jitter"), so that many who failed together do not come back together.
 *
 * @param tries so far, at least 1
 * @param random evenly in [0, 1)
 * @returns milliseconds, whole
 */
export function fullJitter(tries: number, { baseMs, capMs }: Backoff, random: () => number): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** Math.min(tries - 1, DOUBLINGS)));
}
