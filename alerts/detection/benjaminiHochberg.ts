/**
 * The greatest p rejected at false-discovery rate q among these p (Benjamini and Hochberg 1995): p_(k) for the largest k
 * with p_(k) ≤ kq/n; -1 when none is. NaN stands for what was not tested, and is not one of the n.
 */
export function rejectionBar(ps: ArrayLike<number>, q: number): number {
  let tested = 0;
  const small: number[] = [];
  for (let index = 0; index < ps.length; index += 1) {
    const p = ps[index] ?? Number.NaN;
    if (Number.isNaN(p)) continue;
    tested += 1;
    // Whatever is above q cannot be rejected, and of a large fleet that is nearly all: they need not be sorted.
    if (p <= q) small.push(p);
  }
  small.sort((a, b) => a - b);
  for (let k = small.length; k > 0; k -= 1) {
    const p = small[k - 1] ?? 1;
    if (p <= (k * q) / tested) return p;
  }
  return -1;
}
