import type { Attribution } from '../../model/index.js';
import { sumOf } from './robust.js';

/** A tenant's use of a service by one dimension: in the window, and in the same hours before. Amounts in one basis. */
export interface DimensionUsage {
  readonly dimension: Attribution['dimension'];
  readonly now: ReadonlyMap<string, number>;
  readonly before: ReadonlyMap<string, number>;
}

/** What is named must explain so much of the excess together, and so much each. After Adtributor, as far as its abstract tells. */
const TOGETHER = 0.67;
const EACH = 0.1;
const MOST = 3;

/**
 * Which operations or resources make up an excess. Each is held against its part of the tenant's own mix before; the dimension
 * whose mix changed most (Jensen-Shannon divergence) is looked at first, and of it the fewest that explain two thirds are named.
 * Empty when at most three of no dimension do: then the whole service grew.
 *
 * @param expected what the tenant was expected to use in the window; 0 or more
 */
export function attribute(usage: readonly DimensionUsage[], expected: number): readonly Attribution[] {
  const ordered = [...usage].sort((a, b) => divergence(b.now, b.before) - divergence(a.now, a.before));
  for (const one of ordered) {
    const named = fewest(one, expected);
    if (named.length > 0) return named;
  }
  return [];
}

function fewest({ dimension, now, before }: DimensionUsage, expected: number): readonly Attribution[] {
  const excess = sumOf(now.values()) - expected;
  // One value is no answer to which: that of a service with one table is the service.
  if (!(excess > 0) || new Set([...now.keys(), ...before.keys()]).size < 2) return [];
  const past = sumOf(before.values());
  const parts = [...now]
    .map(([value, actual]): Attribution => {
      const own = past === 0 ? 0 : ((before.get(value) ?? 0) / past) * expected;
      return { dimension, value, actual, expected: own, part: (actual - own) / excess };
    })
    .filter(({ part }) => part >= EACH)
    .sort((a, b) => b.part - a.part || (a.value < b.value ? -1 : 1));
  let together = 0;
  const count = parts.findIndex(({ part }) => {
    together += part;
    return together >= TOGETHER;
  });
  return count < 0 || count >= MOST ? [] : parts.slice(0, count + 1);
}

/** Jensen-Shannon divergence of two mixes, 0 to ln 2; 0 when there is nothing to compare. */
function divergence(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): number {
  const [a, b] = [sumOf(now.values()), sumOf(before.values())];
  if (a === 0 || b === 0) return 0;
  let sum = 0;
  for (const value of new Set([...now.keys(), ...before.keys()])) {
    const p = (now.get(value) ?? 0) / a;
    const q = (before.get(value) ?? 0) / b;
    const middle = (p + q) / 2;
    if (p > 0) sum += (p / 2) * Math.log(p / middle);
    if (q > 0) sum += (q / 2) * Math.log(q / middle);
  }
  return sum;
}
