/** One who gets a part. */
export interface Share {
  readonly key: string;
  /** 0 or more. */
  readonly weight: bigint;
}

/**
 * Splits an integer by weights into integers that add up to it: each part rounded down, what is left given one by one to the
 * largest remainders (Hamilton's method), ties to the larger part, then to the smaller key. A negative amount is split like a
 * positive one, with its sign. Throws RangeError when all weights are zero or one is negative.
 */
export function splitExactly(amount: bigint, shares: readonly Share[]): ReadonlyMap<string, bigint> {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0n);
  if (total <= 0n || shares.some(({ weight }) => weight < 0n))
    throw new RangeError('weights must add up to more than 0');
  const sign = amount < 0n ? -1n : 1n;
  const absolute = amount * sign;
  const parts = shares.map(({ key, weight }) => {
    const product = absolute * weight;
    return { key, part: product / total, rest: product % total };
  });
  let left = absolute - parts.reduce((sum, { part }) => sum + part, 0n);
  const order = [...parts].sort((a, b) => compare(b.rest, a.rest) || compare(b.part, a.part) || compare(a.key, b.key));
  for (const entry of order) {
    if (left === 0n) break;
    entry.part += 1n;
    left -= 1n;
  }
  return new Map(parts.map(({ key, part }) => [key, part * sign]));
}

function compare<Value extends bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
