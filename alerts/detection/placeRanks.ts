import { sortRange } from './sortRange.js';

const BUCKETS = 2048;
/** So few are sorted as they are. */
const FEW = 64;
/** Scratch of one call; nothing stays in it. */
const counts = new Int32Array(BUCKETS + 1);

/**
 * Finds the finite values of the ranks `low` to `high` (0 the least) among those from place `from` up to `to`, without sorting
 * all: the one of rank r is then at the returned place + r. The others are overwritten. Values are counted in equal steps of
 * their range, and only those in the steps of the ranks are kept, until they are few, or one step has most of them (a range that
 * one huge value makes): what is left is sorted. No branch depends on how two values compare, which is what makes it fast.
 */
export function placeRanks(values: Float64Array, from: number, to: number, low: number, high: number): number {
  let [end, below] = [to, 0];
  for (let before = Number.POSITIVE_INFINITY; end - from > FEW && end - from <= before / 2; ) {
    before = end - from;
    const { least, scale } = stepsOf(values, from, end);
    for (let at = from; at < end; at += 1) {
      const step = stepOf(values[at] ?? 0, least, scale);
      counts[step] = (counts[step] ?? 0) + 1;
    }
    let [first, under] = [0, below];
    for (; under + (counts[first] ?? 0) <= low; first += 1) under += counts[first] ?? 0;
    let last = first;
    for (let upTo = under + (counts[last] ?? 0); upTo <= high; upTo += counts[last] ?? 0) last += 1;
    let kept = from;
    for (let at = from; at < end; at += 1) {
      const value = values[at] ?? 0;
      const step = stepOf(value, least, scale);
      values[kept] = value;
      kept += step >= first && step <= last ? 1 : 0;
    }
    [end, below] = [kept, under];
  }
  sortRange(values, from, end);
  return from - below;
}

function stepsOf(values: Float64Array, from: number, to: number): { readonly least: number; readonly scale: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  counts.fill(0);
  return { least, scale: BUCKETS / (most - least) };
}

/** Never falls as values rise; 0 when the range is nothing or beyond what a number holds, and then all are in one step. */
const stepOf = (value: number, least: number, scale: number): number => ((value - least) * scale) | 0;
