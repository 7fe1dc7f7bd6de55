import { madFactor } from '../../../alerts/detection/robust.js';
import { upperTail } from '../../../alerts/detection/studentT.js';
import { ascending, bar, deviation, median } from './plainStatistics.js';

/** What P says of one active tenant. */
export interface PlainPeer {
  readonly p: number;
  readonly expected: number;
  readonly level: 'strong' | 'weak' | 'none';
  readonly tailCapped: boolean;
  readonly peers: number;
}

/** P of the reference, section 2.1, tenant by tenant; all are active. Nothing of fewer than two. */
export function plainPeers(
  tenants: readonly { readonly amount: number; readonly weight: number; readonly tier: string }[],
): readonly PlainPeer[] {
  if (tenants.length < 2) return [];
  const units = tenants.map(({ amount, weight }) => amount / weight);
  const shift = 0.01 * median(units);
  const ys = units.map((unit) => Math.log(unit + shift));
  const drafts = tenants.map(({ weight, tier }, at) => {
    const tiered = ys.filter((_, other) => tenants[other]?.tier === tier);
    const group = ascending(tiered.length >= 9 ? tiered : ys);
    const y = ys[at] ?? Number.NaN;
    const core = coreOf(group.length > 60 ? group : group.toSpliced(group.indexOf(y), 1));
    const p = upperTail((y - core.mean) / (core.sigma * Math.sqrt(1 + 1 / core.count)), core.degrees);
    const expected = Math.max(0, Math.exp(core.mean) - shift) * weight;
    return { y, p, expected, group, ratio: (units[at] ?? Number.NaN) / Math.exp(core.mean) };
  });
  const ps = drafts.map(({ p }) => p);
  const [strong, weak] = [bar(ps, 0.01), bar(ps, 0.05)];
  const levels = drafts.map(({ p, ratio }) => {
    if (ratio < 3 || p > weak) return 'none';
    return p <= strong ? 'strong' : 'weak';
  });
  const tails = drafts.map(({ y, group }, at) => (levels[at] === 'none' ? 1 : tailP(y, group)));
  const tailBar = bar(tails, 0.01);
  return drafts.map(({ p, expected, group }, at) => {
    const level = levels[at] ?? 'none';
    return { p, expected, level, tailCapped: level !== 'none' && (tails[at] ?? 1) > tailBar, peers: group.length - 1 };
  });
}

function coreOf(others: readonly number[]) {
  const middle = median(others);
  const spread = Math.max(madFactor(others.length) * deviation(others, middle), 0.3);
  const core = others.filter((y) => y <= middle + 2.5 * spread).map((y) => Math.max(y, middle - 2.5 * spread));
  const mean = core.reduce((sum, y) => sum + y, 0) / core.length;
  const squares = core.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  const degrees = 2 + core.length - 1;
  const sigma = Math.max(Math.sqrt((2 * Math.log(1.5) ** 2 + squares) / degrees), Math.log(1.15));
  return { mean, sigma, degrees, count: core.length };
}

function tailP(y: number, sorted: readonly number[]): number {
  const n = sorted.length;
  if (n < 30) return 0;
  const eps = n <= 100 ? 0.15 : Math.max(0.01, 0.15 * Math.sqrt(100 / n));
  const quantile = (q: number): number => {
    const place = (n - 1) * q;
    const low = sorted[Math.floor(place)] ?? Number.NaN;
    return low + (place - Math.floor(place)) * ((sorted[Math.floor(place) + 1] ?? low) - low);
  };
  const [u, h] = [quantile(1 - 2 * eps), quantile(1 - eps)];
  return 2 * eps * Math.exp(-(y - u) / Math.max((h - u) / Math.LN2, Math.log(1.15) / 3));
}
