import { rejectionBar } from './benjaminiHochberg.js';
import { deviationOfRange, medianOfRange, middleOf, rankOf } from './medians.js';
import { madFactor, quantileOfSorted } from './robust.js';
import { TailProbabilities } from './TailProbabilities.js';

/** The tenants of one window, side by side. */
export interface PeerFleet {
  /** Usage, at least 0. An idle tenant is no peer, and is not judged. */
  readonly amounts: Float64Array;
  /** Size of each: 1, or the expected share × the number of tenants. */
  readonly weights: Float64Array;
  readonly tiers: readonly (string | undefined)[];
}

/** What the peer test says of the tenants of one window. */
export interface PeerVerdicts {
  /** One-sided; NaN of those that are idle or have nobody to be compared with, as `expected` and `ratio` are. */
  readonly p: TailProbabilities;
  /** What peers of its size use. */
  readonly expected: Float64Array;
  readonly ratio: Float64Array;
  /** How many each is compared with. */
  readonly peers: Int32Array;
  /** Those far above their peers, by place. */
  readonly flagged: ReadonlyMap<number, { readonly level: 'strong' | 'weak'; readonly tailCapped: boolean }>;
}

const PRIOR_DEGREES = 2;
const PRIOR_SIGMA = Math.log(1.5);
const SIGMA_FLOOR = Math.log(1.15);
const RATIO = 3;
/** A tenant with fewer active peers in its tier is compared with the whole fleet. */
export const MIN_TIER = 8;
/** Up to this many tenants the judged one is left out of its yardstick; in more it makes no difference. */
const LEAVE_ONE_OUT = 60;

/**
 * P, level against peers: leave-one-out on ln usage per size, upper side. The yardstick is the core of the others (their
 * own outliers left out), its spread pulled towards a prior and never below 15 %, so that equal peers need no special
 * case; p from Student's t; Benjamini-Hochberg over the window. Strong: q = 0.01 and three times the core; weak: q = 0.05.
 */
export function peerTest({ amounts, weights, tiers }: PeerFleet): PeerVerdicts {
  const n = amounts.length;
  const units = amounts.map((amount, at) => (amount > 0 ? amount / (weights[at] ?? 1) : Number.NaN));
  const active = placesOf(units);
  const shift = 0.01 * medianOfRange(valuesOf(active, units), 0, active.length);
  const logs = units.map((unit) => Math.log(unit + shift));
  const statistics = new Float64Array(n).fill(Number.NaN);
  const degrees = new Float64Array(n);
  const expected = new Float64Array(n).fill(Number.NaN);
  const ratio = new Float64Array(n).fill(Number.NaN);
  const peers = new Int32Array(n);
  const groups = active.length < 2 ? [] : groupsOf(active, tiers, logs);
  for (const { members, sorted } of groups) {
    const whole = sorted.length > LEAVE_ONE_OUT ? coreOf(sorted) : undefined;
    for (const at of members) {
      const core = whole ?? coreOf(without(sorted, logs[at] ?? Number.NaN));
      statistics[at] = ((logs[at] ?? Number.NaN) - core.mean) / (core.sigma * Math.sqrt(1 + 1 / core.count));
      degrees[at] = core.degrees;
      expected[at] = Math.max(0, core.level - shift) * (weights[at] ?? 1);
      ratio[at] = (units[at] ?? Number.NaN) / core.level;
      peers[at] = sorted.length - 1;
    }
  }
  const p = new TailProbabilities(statistics, degrees);
  return { p, expected, ratio, peers, flagged: flaggedOf(p, ratio, logs, groups) };
}

/** Tenants that have one yardstick: the ascending logarithms of all that are compared, themselves included. */
interface PeerGroup {
  readonly members: readonly number[];
  readonly sorted: Float64Array;
}

function placesOf(units: Float64Array): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at < units.length; at += 1) if (!Number.isNaN(units[at])) places.push(at);
  return places;
}

function valuesOf(places: readonly number[], values: Float64Array): Float64Array {
  const some = new Float64Array(places.length);
  for (let index = 0; index < some.length; index += 1) some[index] = values[places[index] ?? 0] ?? Number.NaN;
  return some;
}

function groupsOf(
  active: readonly number[],
  tiers: readonly (string | undefined)[],
  logs: Float64Array,
): readonly PeerGroup[] {
  const byTier = new Map<string, number[]>();
  for (const at of active) {
    const tier = tiers[at] ?? '';
    const group = byTier.get(tier);
    if (group === undefined) byTier.set(tier, [at]);
    else group.push(at);
  }
  const ascending = (places: readonly number[]): Float64Array => valuesOf(places, logs).sort();
  const large = [...byTier.values()].filter((members) => members.length > MIN_TIER);
  const small = [...byTier.values()].filter((members) => members.length <= MIN_TIER).flat();
  return [
    ...large.map((members) => ({ members, sorted: ascending(members) })),
    ...(small.length === 0 ? [] : [{ members: small, sorted: ascending(active) }]),
  ];
}

interface Core {
  readonly mean: number;
  /** exp(mean): what stands in its middle. */
  readonly level: number;
  readonly sigma: number;
  readonly count: number;
  readonly degrees: number;
}

function coreOf(others: Float64Array): Core {
  const middle = middleOf(others);
  const spread = Math.max(madFactor(others.length) * deviationOfRange(others, 0, others.length, middle), 0.3);
  const [least, most] = [middle - 2.5 * spread, middle + 2.5 * spread];
  let count = 0;
  let sum = 0;
  for (; count < others.length && (others[count] ?? 0) <= most; count += 1) sum += Math.max(others[count] ?? 0, least);
  const mean = sum / count;
  let squares = 0;
  for (let at = 0; at < count; at += 1) {
    const distance = Math.max(others[at] ?? 0, least) - mean;
    squares += distance * distance;
  }
  const degrees = PRIOR_DEGREES + count - 1;
  const variance = (PRIOR_DEGREES * PRIOR_SIGMA ** 2 + squares) / degrees;
  return { mean, level: Math.exp(mean), sigma: Math.max(Math.sqrt(variance), SIGMA_FLOOR), count, degrees };
}

function without(sorted: Float64Array, value: number): Float64Array {
  const place = rankOf(sorted, value);
  const others = new Float64Array(sorted.length - 1);
  others.set(sorted.subarray(0, place));
  others.set(sorted.subarray(place + 1), place);
  return others;
}

function flaggedOf(
  p: TailProbabilities,
  ratio: Float64Array,
  logs: Float64Array,
  groups: readonly PeerGroup[],
): PeerVerdicts['flagged'] {
  const [strong, weak] = [p.bar(0.01), p.bar(0.05)];
  // As for p, of many tenants some are surprising by chance: 100 of Pareto 1.2 would have more than one a window.
  const tails = new Float64Array(ratio.length).fill(Number.NaN);
  for (const { members, sorted } of groups)
    for (const at of members) {
      const far = (ratio[at] ?? 0) >= RATIO && p.rejectable(at) <= weak;
      tails[at] = far ? tailP(logs[at] ?? Number.NaN, sorted) : 1;
    }
  const bar = rejectionBar(tails, 0.01);
  const flagged = new Map<number, { level: 'strong' | 'weak'; tailCapped: boolean }>();
  for (const { members } of groups)
    for (const at of members) {
      if (!((ratio[at] ?? 0) >= RATIO && p.rejectable(at) <= weak)) continue;
      const level = p.rejectable(at) <= strong ? 'strong' : 'weak';
      flagged.set(at, { level, tailCapped: (tails[at] ?? 1) > bar });
    }
  return flagged;
}

/** How surprising a value is in a population that is itself heavy-tailed (n ≥ 30); 0 when there are too few to tell. */
function tailP(y: number, sorted: Float64Array): number {
  const n = sorted.length;
  if (n < 30) return 0;
  const eps = n <= 100 ? 0.15 : Math.max(0.01, 0.15 * Math.sqrt(100 / n));
  const u = quantileOfSorted(sorted, 1 - 2 * eps);
  const h = quantileOfSorted(sorted, 1 - eps);
  const g = Math.max((h - u) / Math.LN2, Math.log(1.15) / 3);
  return 2 * eps * Math.exp(-(y - u) / g);
}
