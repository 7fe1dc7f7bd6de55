import { rejectionBar } from './benjaminiHochberg.js';
import { Medians, middleOf, middleWithout } from './medians.js';
import { upperTail } from './studentT.js';

/** What C is asked: usage of a fleet now and in earlier windows it can be compared with. */
export interface ChangeInput {
  /** ln of usage now, by tenant; NaN for idle tenants and those without data. */
  readonly now: Float64Array;
  /** The same for earlier windows, oldest first; NaN also where a tenant was flagged, so that it does not learn from that. */
  readonly history: readonly Float64Array[];
  /** Time of day of each history window, 0 that of now. */
  readonly slots: readonly number[];
  /** Places in `history` of the windows a week, or weeks, before now: a weekly job is no change. */
  readonly sameWeekday: readonly number[];
}

/** What C says of every tenant. NaN where it cannot say anything. */
export interface ChangeVerdicts {
  /** How many times more than expected, given the tenant's own level and what the fleet did. */
  readonly ratio: Float64Array;
  readonly p: Float64Array;
  /** ln of what was expected. */
  readonly expected: Float64Array;
  /** Largest p that is strong, and that is weak; -1 when none is. */
  readonly strongBar: number;
  readonly weakBar: number;
  /** What all tenants share: the median change against the tenants' levels, for each history window and, last, now. */
  readonly common: Float64Array;
}

/** Windows of its own a tenant needs before its change is judged. */
const LEAST_HISTORY = 12;
/** Windows of one time of day from which that time has a level of its own. */
const LEAST_SLOT = 7;
const SIGMA_FLOOR = Math.log(1.15);
const POOL_FLOOR = Math.log(1.1);
/** Usage of neighbouring hours is not independent: more windows than a week's sharpen no estimate. */
const MOST_DEGREES = 0.37 * 167;
/** A week before is an excuse only when there are two of them to agree, and far enough out to be a habit. */
const LEAST_WEEKS = 2;
const HABIT_SIGMAS = 2;
/** Up to this many tenants the common effect leaves the judged one out: of two, one would be half of it. */
const LEAVE_ONE_OUT = 60;

/** C is strong at this false-discovery rate and this ratio. */
export const CHANGE_STRONG = { q: 0.01, ratio: 2 } as const;
/** C is weak at this false-discovery rate and this ratio. */
export const CHANGE_WEAK = { q: 0.05, ratio: 1.5 } as const;

/**
 * C, change the fleet does not share: ln usage less the tenant's own median level at this time of day less the common
 * effect of the window (two-way median residual), against the same residuals of its own history; scale pooled with the
 * fleet's, p from Student's t, upper side. A fleet of one has nobody to share with, and is not judged. Idle windows are no
 * history: a tenant that works once a day is compared with its working windows.
 */
export function changeTest({ now, history, slots, sameWeekday }: ChangeInput): ChangeVerdicts {
  const n = now.length;
  const medians = new Medians(Math.max(n, history.length, 1));
  const { levels, counts } = ownLevels(history, slots, n, medians);
  const common = new Float64Array(history.length + 1);
  const residuals = [...history, now].map((values, index) => {
    const level = levels.get(index < history.length ? (slots[index] ?? 0) : 0);
    const detrended = values.map((value, tenant) => value - (level?.[tenant] ?? Number.NaN));
    const { whole, rest } = withoutCommon(detrended, medians);
    common[index] = whole;
    return rest;
  });
  const last = residuals.pop() ?? new Float64Array(n);
  const centres = new Float64Array(n).fill(Number.NaN);
  const scales = new Float64Array(n).fill(Number.NaN);
  const row = new Float64Array(history.length);
  for (let tenant = 0; tenant < n; tenant += 1) {
    if ((counts[tenant] ?? 0) < LEAST_HISTORY) continue;
    const own = rowOf(residuals, tenant, row);
    centres[tenant] = medians.median(own);
    scales[tenant] = 1.4826 * medians.deviation(own, centres[tenant] ?? 0);
  }
  const pooled = medians.median(scales);
  const pool = Math.max(Number.isNaN(pooled) ? 0 : pooled, POOL_FLOOR);
  const ratio = new Float64Array(n).fill(Number.NaN);
  const p = new Float64Array(n).fill(Number.NaN);
  const expected = new Float64Array(n).fill(Number.NaN);
  const weeks = new Float64Array(sameWeekday.length);
  for (let tenant = 0; tenant < n; tenant += 1) {
    const surprise = (last[tenant] ?? Number.NaN) - (centres[tenant] ?? Number.NaN);
    const count = counts[tenant] ?? 0;
    if (!Number.isFinite(surprise)) continue;
    const own = Math.min(0.37 * (count - 1), MOST_DEGREES);
    const variance = (4 * pool ** 2 + own * (scales[tenant] ?? 0) ** 2) / (4 + own);
    const sigma = Math.max(Math.sqrt(variance), SIGMA_FLOOR);
    const habit = weekly(residuals, tenant, sameWeekday, weeks, medians) - (centres[tenant] ?? 0);
    const excess = habit > HABIT_SIGMAS * sigma ? surprise - habit : surprise;
    ratio[tenant] = Math.exp(excess);
    expected[tenant] = (now[tenant] ?? Number.NaN) - excess;
    const few = Math.min(count, slots.length / Math.max(1, levels.size));
    p[tenant] = upperTail(excess / (sigma * Math.sqrt(1 + 1.57 / few)), 4 + own);
  }
  const strongBar = rejectionBar(p, CHANGE_STRONG.q);
  return { ratio, p, expected, strongBar, weakBar: rejectionBar(p, CHANGE_WEAK.q), common };
}

/**
 * The median level of every tenant, by time of day; that of all its windows where a time of day has too few. `counts`:
 * windows of each tenant in all.
 */
function ownLevels(
  history: readonly Float64Array[],
  slots: readonly number[],
  n: number,
  medians: Medians,
): { readonly levels: ReadonlyMap<number, Float64Array>; readonly counts: Int32Array } {
  const bySlot = new Map<number, Float64Array[]>();
  history.forEach((window, index) => {
    const slot = slots[index] ?? 0;
    const group = bySlot.get(slot);
    if (group === undefined) bySlot.set(slot, [window]);
    else group.push(window);
  });
  const counts = new Int32Array(n);
  const whole = new Float64Array(n).fill(Number.NaN);
  const row = new Float64Array(history.length);
  for (let tenant = 0; tenant < n; tenant += 1) {
    const sorted = medians.sorted(rowOf(history, tenant, row));
    counts[tenant] = sorted.length;
    if (sorted.length >= LEAST_HISTORY) whole[tenant] = middleOf(sorted);
  }
  const levels = new Map<number, Float64Array>([[0, whole]]);
  if (bySlot.size <= 1) return { levels, counts };
  for (const [slot, windows] of bySlot) {
    const part = new Float64Array(windows.length);
    const level = Float64Array.from(whole, (fallback, tenant) => {
      if (Number.isNaN(fallback)) return fallback;
      const sorted = medians.sorted(rowOf(windows, tenant, part));
      return sorted.length >= LEAST_SLOT ? middleOf(sorted) : fallback;
    });
    levels.set(slot, level);
  }
  return { levels, counts };
}

/** What is left of every tenant's change when the change of the others is taken off, and the median of all. */
function withoutCommon(
  detrended: Float64Array,
  medians: Medians,
): { readonly whole: number; readonly rest: Float64Array } {
  const sorted = medians.sorted(detrended);
  const whole = middleOf(sorted);
  if (sorted.length > LEAVE_ONE_OUT) return { whole, rest: detrended.map((value) => value - whole) };
  return {
    whole,
    rest: detrended.map((value) => (Number.isFinite(value) ? value - middleWithout(sorted, value) : Number.NaN)),
  };
}

/** One tenant's values over the windows, into `row`. */
function rowOf(windows: readonly Float64Array[], tenant: number, row: Float64Array): Float64Array {
  for (let index = 0; index < row.length; index += 1) row[index] = windows[index]?.[tenant] ?? Number.NaN;
  return row;
}

/** What the tenant had at this time of the week, the fleet's movement taken off; NaN with too few weeks to tell. */
function weekly(
  residuals: readonly Float64Array[],
  tenant: number,
  places: readonly number[],
  scratch: Float64Array,
  medians: Medians,
): number {
  if (places.length < LEAST_WEEKS) return Number.NaN;
  places.forEach((place, index) => {
    scratch[index] = residuals[place]?.[tenant] ?? Number.NaN;
  });
  const sorted = medians.sorted(scratch);
  return sorted.length < LEAST_WEEKS ? Number.NaN : middleOf(sorted);
}
