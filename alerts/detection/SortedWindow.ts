import { rankOf } from './medians.js';

/** The last values of a series in ascending order: quantiles of a moving window without sorting it anew. */
export class SortedWindow {
  readonly #order: number[] = [];
  #sorted: Float64Array;
  #count = 0;
  readonly #length: number;

  /** `length`: how many values the window holds. */
  constructor(length: number) {
    this.#length = length;
    this.#sorted = new Float64Array(length + 1);
  }

  /** Number of values that are there. */
  get count(): number {
    return this.#count;
  }

  /** Takes the next value, or NaN for one that is missing; the oldest leaves when the window is full. */
  push(value: number): void {
    this.#order.push(value);
    if (Number.isFinite(value)) {
      const place = rankOf(this.#values(), value);
      this.#sorted.copyWithin(place + 1, place, this.#count);
      this.#sorted[place] = value;
      this.#count += 1;
    }
    if (this.#order.length <= this.#length) return;
    const oldest = this.#order.shift() ?? Number.NaN;
    if (!Number.isFinite(oldest)) return;
    this.#sorted.copyWithin(rankOf(this.#values(), oldest), rankOf(this.#values(), oldest) + 1, this.#count);
    this.#count -= 1;
  }

  /** Linear-interpolated quantile (R's type 7) of what is there; NaN of nothing. */
  quantile(q: number): number {
    const place = (this.#count - 1) * q;
    const below = Math.floor(place);
    const low = this.#count === 0 ? Number.NaN : (this.#sorted[below] ?? Number.NaN);
    const high = below + 1 < this.#count ? (this.#sorted[below + 1] ?? low) : low;
    return low + (place - below) * (high - low);
  }

  #values(): Float64Array {
    return this.#sorted.subarray(0, this.#count);
  }
}
