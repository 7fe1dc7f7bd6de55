import { rejectionBar } from './benjaminiHochberg.js';
import { ascending, mad, madFactor, medianOfSorted, quantileOfSorted } from './robust.js';
import { upperTail } from './studentT.js';

/** One tenant in one window. */
export interface PeerInput {
  readonly id: string;
  /** Usage, at least 0. */
  readonly amount: number;
  /** Size: 1, or the expected share × the number of tenants. */
  readonly weight: number;
  readonly tier: string | undefined;
}

/** What the peer test says of one active tenant. */
export interface PeerVerdict {
  readonly id: string;
  readonly p: number;
  /** What peers of its size use. */
  readonly expected: number;
  readonly ratio: number;
  readonly level: 'strong' | 'weak' | 'none';
  readonly tailCapped: boolean;
  readonly peers: number;
}

const PRIOR_DEGREES = 2;
const PRIOR_SIGMA = Math.log(1.5);
const SIGMA_FLOOR = Math.log(1.15);
const RATIO = 3;
/** A tenant with fewer active peers in its tier is compared with the whole fleet. */
export const MIN_TIER = 8;

/**
 * P, level against peers: leave-one-out on ln usage per size, upper side. The yardstick is the core of the others (their
 * own outliers left out), its spread pulled towards a prior and never below 15 %, so that equal peers need no special
 * case; p from Student's t; Benjamini-Hochberg over the window. Strong: q = 0.01 and three times the core; weak: q = 0.05.
 */
export function peerTest(tenants: readonly PeerInput[]): readonly PeerVerdict[] {
  const active = tenants.filter((tenant) => tenant.amount > 0);
  const units = ascending(active.map((tenant) => tenant.amount / tenant.weight));
  if (active.length < 2) return [];
  const shift = 0.01 * medianOfSorted(units);
  const logged = active.map((tenant) => ({ tenant, y: Math.log(tenant.amount / tenant.weight + shift) }));
  const tiers = new Map<string, typeof logged>();
  for (const entry of logged) {
    const tier = entry.tenant.tier ?? '';
    const group = tiers.get(tier);
    if (group === undefined) tiers.set(tier, [entry]);
    else group.push(entry);
  }
  const groupOf = (tier: string | undefined): typeof logged => {
    const group = tiers.get(tier ?? '') ?? [];
    return group.length >= MIN_TIER + 1 ? group : logged;
  };
  const cores = new Map<readonly unknown[], { sorted: number[]; whole: Core | undefined }>();
  const raw = logged.map(({ tenant, y }) => {
    const group = groupOf(tenant.tier);
    let shared = cores.get(group);
    if (shared === undefined) {
      const sorted = ascending(group.map((entry) => entry.y));
      shared = { sorted, whole: group.length > 60 ? coreOf(sorted) : undefined };
      cores.set(group, shared);
    }
    const core = shared.whole ?? coreOf(without(shared.sorted, y));
    const t = (y - core.mean) / (core.sigma * Math.sqrt(1 + 1 / core.count));
    const p = upperTail(t, core.degrees);
    const expected = Math.max(0, Math.exp(core.mean) - shift) * tenant.weight;
    const ratio = tenant.amount / tenant.weight / Math.exp(core.mean);
    return { id: tenant.id, y, p, expected, ratio, peers: group.length - 1, sorted: shared.sorted };
  });
  const ps = raw.map((entry) => entry.p);
  const strong = rejectionBar(ps, 0.01);
  const weak = rejectionBar(ps, 0.05);
  const levels = raw.map(({ p, ratio }) =>
    ratio < RATIO ? 'none' : p <= strong ? 'strong' : p <= weak ? 'weak' : 'none',
  );
  // As for p, of many tenants some are surprising by chance: 100 of Pareto 1.2 would have more than one a window.
  const tails = raw.map(({ y, sorted }, place) => (levels[place] === 'none' ? 1 : tailP(y, sorted)));
  const tailBar = rejectionBar(tails, 0.01);
  return raw.map(({ id, p, expected, ratio, peers }, place) => {
    const level = levels[place] ?? 'none';
    return { id, p, expected, ratio, level, tailCapped: level !== 'none' && (tails[place] ?? 1) > tailBar, peers };
  });
}

interface Core {
  readonly mean: number;
  readonly sigma: number;
  readonly count: number;
  readonly degrees: number;
}

function coreOf(others: readonly number[]): Core {
  const middle = medianOfSorted(others);
  const spread = Math.max(madFactor(others.length) * mad(others), 0.3);
  const core = others.filter((y) => y <= middle + 2.5 * spread).map((y) => Math.max(y, middle - 2.5 * spread));
  const count = core.length;
  const mean = core.reduce((sum, y) => sum + y, 0) / count;
  const squares = core.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  const degrees = PRIOR_DEGREES + count - 1;
  const variance = (PRIOR_DEGREES * PRIOR_SIGMA ** 2 + squares) / degrees;
  return { mean, sigma: Math.max(Math.sqrt(variance), SIGMA_FLOOR), count, degrees };
}

function without(sorted: readonly number[], value: number): number[] {
  const copy = [...sorted];
  copy.splice(copy.indexOf(value), 1);
  return copy;
}

/** How surprising a value is in a population that is itself heavy-tailed (n ≥ 30); 0 when there are too few to tell. */
function tailP(y: number, sorted: readonly number[]): number {
  const n = sorted.length;
  if (n < 30) return 0;
  const eps = n <= 100 ? 0.15 : Math.max(0.01, 0.15 * Math.sqrt(100 / n));
  const u = quantileOfSorted(sorted, 1 - 2 * eps);
  const h = quantileOfSorted(sorted, 1 - eps);
  const g = Math.max((h - u) / Math.LN2, Math.log(1.15) / 3);
  return 2 * eps * Math.exp(-(y - u) / g);
}
