/** Buffers for medians of many short or few long series, so that a fleet of 100,000 allocates none per tenant. */
export class Medians {
  readonly #buffer: Float64Array;

  /** `longest`: the most values any call will bring. */
  constructor(longest: number) {
    this.#buffer = new Float64Array(longest);
  }

  /** Copies the finite values and sorts them; the result is valid until the next call. */
  sorted(values: Iterable<number> & ArrayLike<number>): Float64Array {
    let count = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (Number.isFinite(value)) this.#buffer[count++] = value;
    }
    return sortPart(this.#buffer.subarray(0, count));
  }

  /** The median of the finite values; NaN of none. */
  median(values: Iterable<number> & ArrayLike<number>): number {
    return middleOf(this.sorted(values));
  }

  /** The median distance of the finite values from `middle`; NaN of none. */
  deviation(values: Iterable<number> & ArrayLike<number>, middle: number): number {
    let count = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (Number.isFinite(value)) this.#buffer[count++] = Math.abs(value - middle);
    }
    return middleOf(sortPart(this.#buffer.subarray(0, count)));
  }
}

/** The median of ascending values; NaN of none. */
export function middleOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
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

/** The engine's sort of typed arrays costs more to call than a short series takes to sort. */
function sortPart(values: Float64Array): Float64Array {
  if (values.length > 64) return values.sort();
  for (let index = 1; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    let place = index;
    while (place > 0 && (values[place - 1] ?? 0) > value) {
      values[place] = values[place - 1] ?? 0;
      place -= 1;
    }
    values[place] = value;
  }
  return values;
}
