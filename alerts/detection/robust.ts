/** A copy in ascending order. */
export function ascending(values: readonly number[]): number[] {
  // A typed array sorts numbers without a comparator: several times as fast.
  return [...Float64Array.from(values).sort()];
}

/** The sum of numbers in whatever order they come: added in ascending order, so that the last bit does not depend on it. */
export function sumOf(values: Iterable<number>): number {
  return ascending([...values]).reduce((sum, value) => sum + value, 0);
}

/** Linear-interpolated quantile of numbers in ascending order (R's type 7). */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

const SMALL: readonly number[] = [0, 0, 1.196, 1.495, 1.363, 1.206, 1.2, 1.14, 1.129, 1.107];

/**
 * The factor that makes the median absolute deviation of n normal values estimate their standard deviation:
 * 1.4826 × b_n, b_n of Croux and Rousseeuw for small n.
 */
export function madFactor(n: number): number {
  return 1.4826 * (SMALL[n] ?? n / (n - 0.8)) || 1.4826;
}
