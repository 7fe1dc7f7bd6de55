/** The finite ones, ascending. */
export function ascending(values: readonly number[]): readonly number[] {
  return values.filter(Number.isFinite).sort((a, b) => a - b);
}

/** The median of the finite ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/** The median distance of the finite ones from `middle`; NaN of none. */
export function deviation(values: readonly number[], middle: number): number {
  return median(values.map((value) => Math.abs(value - middle)));
}

/** Levels by the false-discovery rate (Benjamini and Hochberg 1995): the greatest p rejected of those tested; -1 of none. */
export function bar(ps: readonly number[], q: number): number {
  const sorted = ascending(ps);
  return sorted.findLast((p, rank) => p <= ((rank + 1) * q) / sorted.length) ?? -1;
}
