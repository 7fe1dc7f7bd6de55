import { rejectionBar } from './benjaminiHochberg.js';
import { upperTail } from './studentT.js';

/** No window is judged at a higher false-discovery rate. */
const HIGHEST_RATE = 0.05;
/**
 * Below it Student's tail is above 0.0505 whatever the degrees: it is never below the normal's, whose 5 % start at 1.645. So
 * nothing below it is rejected, and of a large fleet nearly all are.
 */
const LEAST_REJECTED = 1.64;

/** One-sided p, upper side, of many statistics; what cannot be rejected is counted, and worked out only when it is asked for. */
export class TailProbabilities {
  readonly #statistics: Float64Array;
  readonly #degrees: Float64Array;
  readonly #known: Float64Array;

  /** `statistics`: Student's t, NaN of what is not tested; `degrees` of freedom of each. Both are kept, not copied. */
  constructor(statistics: Float64Array, degrees: Float64Array) {
    this.#statistics = statistics;
    this.#degrees = degrees;
    this.#known = new Float64Array(statistics.length);
    for (let place = 0; place < statistics.length; place += 1) {
      const t = statistics[place] ?? Number.NaN;
      this.#known[place] = t >= LEAST_REJECTED ? upperTail(t, degrees[place] ?? 1) : t < LEAST_REJECTED ? 1 : t;
    }
  }

  /** The p of one; NaN when it is not tested. */
  at(place: number): number {
    const t = this.#statistics[place] ?? Number.NaN;
    if (Number.isNaN(t)) return t;
    return t < LEAST_REJECTED ? upperTail(t, this.#degrees[place] ?? 1) : (this.#known[place] ?? Number.NaN);
  }

  /** The p of one as far as rejecting it goes: 1 where it is too large for that anyway. */
  rejectable(place: number): number {
    return this.#known[place] ?? Number.NaN;
  }

  /** The greatest p rejected at false-discovery rate `q`, 0.05 at most; -1 when none is. */
  bar(q: number): number {
    if (q > HIGHEST_RATE) throw new RangeError(`expected a rate of ${HIGHEST_RATE} at most, found ${q}`);
    return rejectionBar(this.#known, q);
  }
}
