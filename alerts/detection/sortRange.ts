/** From here on the engine's sort of typed arrays, dear to call, is cheaper than insertion. */
const SHORT = 64;

/** Sorts the values from place `from` up to `to`, in place. */
export function sortRange(values: Float64Array, from: number, to: number): void {
  if (to - from > SHORT) {
    values.subarray(from, to).sort();
    return;
  }
  for (let index = from + 1; index < to; index += 1) {
    const value = values[index] ?? 0;
    let place = index;
    for (; place > from; place -= 1) {
      const before = values[place - 1] ?? 0;
      if (before <= value) break;
      values[place] = before;
    }
    values[place] = value;
  }
}
