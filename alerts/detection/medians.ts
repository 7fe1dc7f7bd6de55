import { placeRanks } from './placeRanks.js';
import { sortRange } from './sortRange.js';

/** A buffer for medians of many series, so that a fleet of 100,000 allocates none per tenant. */
export class Medians {
  readonly #buffer: Float64Array;

  /** `longest`: the most values any call will bring. */
  constructor(longest: number) {
    this.#buffer = new Float64Array(longest);
  }

  /** Copies the finite values and sorts them; the result is valid until the next call. */
  sorted(values: ArrayLike<number>): Float64Array {
    const count = this.#take(values, 0);
    sortRange(this.#buffer, 0, count);
    return this.#buffer.subarray(0, count);
  }

  /** The median of the finite values; NaN of none. */
  median(values: ArrayLike<number>): number {
    return medianOfRange(this.#buffer, 0, this.#take(values, 0));
  }

  /** The median distance of the finite values from `middle`; NaN of none. */
  deviation(values: ArrayLike<number>, middle: number): number {
    const count = this.#take(values, middle);
    for (let at = 0; at < count; at += 1) this.#buffer[at] = Math.abs(this.#buffer[at] ?? 0);
    return medianOfRange(this.#buffer, 0, count);
  }

  /** The `rank`th greatest of the finite values, 1 the greatest; minus infinity when there are not so many. */
  greatest(values: ArrayLike<number>, rank: number): number {
    const count = this.#take(values, 0);
    if (count < rank) return Number.NEGATIVE_INFINITY;
    const place = count - rank;
    return this.#buffer[placeRanks(this.#buffer, 0, count, place, place) + place] ?? Number.NaN;
  }

  #take(values: ArrayLike<number>, less: number): number {
    let count = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = (values[index] ?? Number.NaN) - less;
      if (Number.isFinite(value)) this.#buffer[count++] = value;
    }
    return count;
  }
}

/** The median of the values from place `from` up to `to`, all finite, which are put into another order; NaN of none. */
export function medianOfRange(values: Float64Array, from: number, to: number): number {
  if (to <= from) return Number.NaN;
  const high = (to - from) >> 1;
  const low = (to - from) % 2 === 1 ? high : high - 1;
  const start = placeRanks(values, from, to, low, high);
  const upper = values[start + high] ?? Number.NaN;
  return low === high ? upper : (upper + (values[start + low] ?? Number.NaN)) / 2;
}

/** The median of the ascending values from place `from` up to `to`, of all when left out; NaN of none. */
export function middleOf(sorted: Float64Array, from = 0, to = sorted.length): number {
  if (to <= from) return Number.NaN;
  const half = from + ((to - from) >> 1);
  const upper = sorted[half] ?? Number.NaN;
  return (to - from) % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/**
 * The median distance from `middle` of the ascending values from place `from` up to `to`; NaN of none. They are met from
 * `middle` outwards, so that distances need not be sorted.
 */
export function deviationOfRange(values: Float64Array, from: number, to: number, middle: number): number {
  const half = (to - from) >> 1;
  let above = from + half;
  while (above > from && (values[above - 1] ?? 0) >= middle) above -= 1;
  while (above < to && (values[above] ?? 0) < middle) above += 1;
  let below = above - 1;
  let [last, distance] = [Number.NaN, Number.NaN];
  for (let rank = 0; rank <= half && to > from; rank += 1) {
    const up = above < to ? (values[above] ?? 0) - middle : Number.POSITIVE_INFINITY;
    const down = below >= from ? middle - (values[below] ?? 0) : Number.POSITIVE_INFINITY;
    last = distance;
    distance = Math.min(up, down);
    if (up <= down) above += 1;
    else below -= 1;
  }
  return (to - from) % 2 === 1 ? distance : (distance + last) / 2;
}

/** The median of ascending values when one of them, `value`, is left out; NaN when it was the only one. */
export function middleWithout(sorted: Float64Array, value: number): number {
  const rest = sorted.length - 1;
  const place = rankOf(sorted, value);
  const at = (index: number): number => sorted[index < place ? index : index + 1] ?? Number.NaN;
  const half = rest >> 1;
  if (rest <= 0) return Number.NaN;
  return rest % 2 === 1 ? at(half) : (at(half) + at(half - 1)) / 2;
}

/** Number of values below this one, of ascending values. */
export function rankOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
