import { DAY_MS } from '../../model/index.js';
import { Medians } from './medians.js';
import { SortedWindow } from './SortedWindow.js';

/** S of a series, window by window; NaN where there is no data or too little before it. */
export interface OwnHistoryScores {
  /** How unusually high; 0 when it is not high. This is what pages rest on. */
  readonly up: Float64Array;
  /** How unusual, high or low. */
  readonly both: Float64Array;
}

const LONG_DAYS = 14;
const SLOT_DAYS = 7;
/** Width of the 10-90 % range of a normal distribution in standard deviations. */
const WIDTH = 2.563;
const SMOOTHING = 0.5;
/** Values of the long window before anything is scored, as a part of a day. */
const LEAST_DAYS = 1;

/**
 * S, a series against its own past, causal: ln(1 + z) of the distance from the 14-day median, plus ln(1 + z) of what the
 * season (median of the same slot of 7 days, neighbours included, corrected for the level of the day) leaves over, both
 * in 10-90 % ranges with a floor of 5 % of the median; smoothed by half (reference: EWMA of 0.5). Not on logarithms.
 */
export function ownHistoryScores(values: Float64Array, windowMs: number): OwnHistoryScores {
  const perDay = Math.max(1, Math.round(DAY_MS / windowMs));
  const long = new SortedWindow(LONG_DAYS * perDay);
  const day = new SortedWindow(perDay);
  const rest = new SortedWindow(LONG_DAYS * perDay);
  const levels = new Float64Array(values.length).fill(Number.NaN);
  const up = new Float64Array(values.length).fill(Number.NaN);
  const both = new Float64Array(values.length).fill(Number.NaN);
  const slots = new Float64Array(3 * SLOT_DAYS);
  const medians = new Medians(slots.length);
  const least = Math.max(4, LEAST_DAYS * perDay);
  let smoothUp = 0;
  let smoothBoth = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    levels[index] = day.quantile(0.5);
    const slot = medians.median(slotsBefore(values, levels, index, perDay, slots));
    const residual = Number.isNaN(slot) ? Number.NaN : value - slot - (levels[index] ?? 0);
    if (Number.isFinite(value) && long.count >= least) {
      const floor = 0.05 * Math.abs(long.quantile(0.5));
      const far = distance(long, value, floor);
      const off = rest.count >= least ? distance(rest, residual, floor) : 0;
      const score = Math.log1p(Math.abs(far)) + Math.log1p(Math.abs(off));
      const high = Math.log1p(Math.max(0, far)) + Math.log1p(Math.max(0, off));
      smoothBoth = SMOOTHING * score + (1 - SMOOTHING) * smoothBoth;
      smoothUp = SMOOTHING * high + (1 - SMOOTHING) * smoothUp;
      up[index] = smoothUp;
      both[index] = smoothBoth;
    }
    long.push(value);
    day.push(value);
    rest.push(residual);
  }
  return { up, both };
}

/** Distance from the median in robust standard deviations, signed. */
function distance(window: SortedWindow, value: number, floor: number): number {
  if (Number.isNaN(value)) return 0;
  const spread = Math.max((window.quantile(0.9) - window.quantile(0.1)) / WIDTH, floor);
  const off = value - window.quantile(0.5);
  return off === 0 ? 0 : spread === 0 ? Math.sign(off) * 1e6 : off / spread;
}

/** What the same slot of earlier days and its neighbours had beyond the level of their day. */
function slotsBefore(
  values: Float64Array,
  levels: Float64Array,
  index: number,
  perDay: number,
  slots: Float64Array,
): Float64Array {
  let place = 0;
  for (let back = 1; back <= SLOT_DAYS; back += 1) {
    for (let beside = -1; beside <= 1; beside += 1) {
      const at = index - back * perDay + beside;
      slots[place++] = at < 0 || at >= index ? Number.NaN : (values[at] ?? Number.NaN) - (levels[at] ?? Number.NaN);
    }
  }
  return slots;
}
