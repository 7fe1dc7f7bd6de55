import { DAY_MS } from '../../model/index.js';
import { Medians } from './medians.js';
import { ownHistoryScores } from './ownHistoryScore.js';
import type { ReferenceWindows } from './referenceWindows.js';
import type { UsagePanel } from './UsagePanel.js';

/** What all tenants did together in one window, against what they did before. */
export interface FleetEvidence {
  /** How many times as much as at the same time before, tenants' own levels taken out. */
  readonly ratio: number;
  /** S of the fleet's level, both directions; null with too little history. */
  readonly score: number | null;
  /** Robust standard deviations of the common effect from its own history. */
  readonly z: number;
}

/** Tenants the fleet's level is taken from, at most: the median of more is no better. */
const SAMPLE = 2000;
const SPREAD_FLOOR = Math.log(1.1);
/** Earlier days whose same time must be there before the time of day is taken off. */
const LEAST_DAYS = 2;

/** The fleet's level by window: the median over tenants of usage as a multiple of the tenant's own median; NaN of none. */
export function fleetLevels(panel: UsagePanel): Float64Array {
  const { tenants, amounts } = panel;
  const step = Math.max(1, Math.ceil(tenants.length / SAMPLE));
  const chosen = tenants.flatMap((tenant, index) => (tenant.startsWith('_') || index % step !== 0 ? [] : [index]));
  const medians = new Medians(Math.max(amounts.length, chosen.length, 1));
  const row = new Float64Array(amounts.length);
  const own = chosen.map((tenant) => {
    amounts.forEach((window, index) => {
      const amount = window[tenant] ?? Number.NaN;
      row[index] = amount > 0 ? amount : Number.NaN;
    });
    return medians.median(row);
  });
  const column = new Float64Array(chosen.length);
  return Float64Array.from(amounts, (window) => {
    chosen.forEach((tenant, place) => {
      const amount = window[tenant] ?? Number.NaN;
      column[place] = amount > 0 ? amount / (own[place] ?? Number.NaN) : Number.NaN;
    });
    return medians.median(column);
  });
}

/**
 * The common effect itself as evidence: its S as one series, and its step against the windows C compares with (the last of
 * `common` is the window judged), each less what its time of day had before.
 */
export function fleetEvidence(
  levels: Float64Array,
  windowMs: number,
  common: Float64Array,
  { places }: ReferenceWindows,
  index: number,
): FleetEvidence {
  const medians = new Medians(Math.max(1, common.length));
  const steps = seasonLess(common, [...places, index], Math.round(DAY_MS / windowMs), medians);
  const before = steps.subarray(0, -1);
  const found = medians.median(before);
  // With two or three days no earlier window has a season to be taken off: then nothing is known but the floor.
  const middle = Number.isNaN(found) ? 0 : found;
  const deviation = medians.deviation(before, middle);
  const spread = Number.isNaN(deviation) ? SPREAD_FLOOR : Math.max(1.4826 * deviation, SPREAD_FLOOR);
  const step = (steps.at(-1) ?? Number.NaN) - middle;
  const score = ownHistoryScores(levels, windowMs).both.at(-1) ?? Number.NaN;
  const known = Number.isFinite(step);
  return { ratio: known ? Math.exp(step) : 1, score: Number.isNaN(score) ? null : score, z: known ? step / spread : 0 };
}

/** Each value less the median of those at the same time of earlier days; as it is when no window has enough of them. */
function seasonLess(values: Float64Array, places: readonly number[], perDay: number, medians: Medians): Float64Array {
  if (perDay <= 1) return values;
  const at = new Map(places.map((place, position) => [place, position]));
  const days = Math.ceil(((places.at(-1) ?? 0) - (places[0] ?? 0)) / perDay);
  const same = new Float64Array(Math.max(1, days));
  const less = values.map((value, position) => {
    for (let back = 1; back <= days; back += 1) {
      const before = at.get((places[position] ?? 0) - back * perDay);
      same[back - 1] = before === undefined ? Number.NaN : (values[before] ?? Number.NaN);
    }
    const sorted = medians.sorted(same);
    return sorted.length < LEAST_DAYS ? Number.NaN : value - medians.median(same);
  });
  return Number.isNaN(less.at(-1)) ? values : less;
}
