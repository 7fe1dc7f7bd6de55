import { deviationOfRange, Medians, medianOfRange, middleOf, middleWithout } from './medians.js';
import { sortRange } from './sortRange.js';
import { TailProbabilities } from './TailProbabilities.js';
import { eachTenantRow } from './tenantRows.js';

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
  readonly p: TailProbabilities;
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
const CHANGE_STRONG = { q: 0.01, ratio: 2 } as const;
/** C is weak at this false-discovery rate and this ratio. */
const CHANGE_WEAK = { q: 0.05, ratio: 1.5 } as const;

/**
 * C, change the fleet does not share: ln usage less the tenant's own median level at this time of day less the common
 * effect of the window (two-way median residual), against the same residuals of its own history; scale pooled with the
 * fleet's, p from Student's t, upper side. A fleet of one has nobody to share with, and is not judged. Idle windows are no
 * history: a tenant that works once a day is compared with its working windows.
 */
export function changeTest({ now, history, slots, sameWeekday }: ChangeInput): ChangeVerdicts {
  const n = now.length;
  const { levels, counts } = ownLevels(history, slots, n);
  const { residuals, last, common } = residualsOf(history, slots, now, levels);
  const { centres, scales } = ownSpreads(residuals, counts);
  const pooled = new Medians(n).median(scales);
  const pool = Math.max(Number.isNaN(pooled) ? 0 : pooled, POOL_FLOOR);
  const habits = weekly(residuals, n, sameWeekday);
  const ratio = new Float64Array(n).fill(Number.NaN);
  const expected = new Float64Array(n).fill(Number.NaN);
  const t = new Float64Array(n).fill(Number.NaN);
  const degrees = new Float64Array(n);
  for (let tenant = 0; tenant < n; tenant += 1) {
    const centre = centres[tenant] ?? Number.NaN;
    const surprise = (last[tenant] ?? Number.NaN) - centre;
    const count = counts[tenant] ?? 0;
    if (!Number.isFinite(surprise)) continue;
    const own = Math.min(0.37 * (count - 1), MOST_DEGREES);
    const scale = scales[tenant] ?? 0;
    const variance = (4 * (pool * pool) + own * (scale * scale)) / (4 + own);
    const sigma = Math.max(Math.sqrt(variance), SIGMA_FLOOR);
    const habit = (habits?.[tenant] ?? Number.NaN) - centre;
    const excess = habit > HABIT_SIGMAS * sigma ? surprise - habit : surprise;
    ratio[tenant] = Math.exp(excess);
    expected[tenant] = (now[tenant] ?? Number.NaN) - excess;
    const few = Math.min(count, slots.length / Math.max(1, levels.size));
    t[tenant] = excess / (sigma * Math.sqrt(1 + 1.57 / few));
    degrees[tenant] = 4 + own;
  }
  const p = new TailProbabilities(t, degrees);
  return { ratio, p, expected, strongBar: p.bar(CHANGE_STRONG.q), weakBar: p.bar(CHANGE_WEAK.q), common };
}

/** How much a tenant changed. */
export function changeLevel(
  { p, ratio, strongBar, weakBar }: ChangeVerdicts,
  tenant: number,
): 'strong' | 'weak' | 'none' {
  const [chance, times] = [p.rejectable(tenant), ratio[tenant] ?? Number.NaN];
  if (chance <= strongBar && times >= CHANGE_STRONG.ratio) return 'strong';
  return chance <= weakBar && times >= CHANGE_WEAK.ratio ? 'weak' : 'none';
}

/**
 * The median level of every tenant, by time of day; that of all its windows where a time of day has too few. `counts`:
 * windows of each tenant in all.
 */
function ownLevels(
  history: readonly Float64Array[],
  slots: readonly number[],
  n: number,
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
  eachTenantRow(history, n, (tenant, values, from, to) => {
    counts[tenant] = to - from;
    if (to - from >= LEAST_HISTORY) whole[tenant] = medianOfRange(values, from, to);
  });
  const levels = new Map<number, Float64Array>([[0, whole]]);
  if (bySlot.size <= 1) return { levels, counts };
  for (const [slot, windows] of bySlot) {
    const level = whole.slice();
    eachTenantRow(windows, n, (tenant, values, from, to) => {
      if ((counts[tenant] ?? 0) >= LEAST_HISTORY && to - from >= LEAST_SLOT)
        level[tenant] = medianOfRange(values, from, to);
    });
    levels.set(slot, level);
  }
  return { levels, counts };
}

/** What is left of every window, and of now, when the tenants' own levels and what the window has in common are taken off. */
function residualsOf(
  history: readonly Float64Array[],
  slots: readonly number[],
  now: Float64Array,
  levels: ReadonlyMap<number, Float64Array>,
): { readonly residuals: readonly Float64Array[]; readonly last: Float64Array; readonly common: Float64Array } {
  const medians = new Medians(now.length);
  const common = new Float64Array(history.length + 1);
  const nothing = new Float64Array(now.length).fill(Number.NaN);
  const residuals = [...history, now].map((values, index) => {
    const rest = new Float64Array(values.length);
    const finite = takeOff(values, levels.get(slots[index] ?? 0) ?? nothing, rest);
    common[index] = finite > LEAVE_ONE_OUT ? takeOffMedian(rest, medians) : takeOffOthers(rest, medians);
    return rest;
  });
  return { residuals: residuals.slice(0, -1), last: residuals.at(-1) ?? nothing, common };
}

/** Puts values less levels into `rest`, and returns how many of them are finite. */
function takeOff(values: Float64Array, levels: Float64Array, rest: Float64Array): number {
  let finite = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const value = (values[at] ?? Number.NaN) - (levels[at] ?? Number.NaN);
    rest[at] = value;
    finite += Number.isFinite(value) ? 1 : 0;
  }
  return finite;
}

/** Takes the median of all off, in place, and returns it. */
function takeOffMedian(changes: Float64Array, medians: Medians): number {
  const whole = medians.median(changes);
  for (let at = 0; at < changes.length; at += 1) changes[at] = (changes[at] ?? Number.NaN) - whole;
  return whole;
}

/** Takes the median of the others off each, in place; returns the median of all. */
function takeOffOthers(changes: Float64Array, medians: Medians): number {
  const sorted = medians.sorted(changes);
  changes.forEach((change, at) => {
    changes[at] = Number.isFinite(change) ? change - middleWithout(sorted, change) : Number.NaN;
  });
  return middleOf(sorted);
}

/** Median and scaled median deviation of every tenant's residuals; NaN of a tenant with too little history. */
function ownSpreads(
  residuals: readonly Float64Array[],
  counts: Int32Array,
): { readonly centres: Float64Array; readonly scales: Float64Array } {
  const centres = new Float64Array(counts.length).fill(Number.NaN);
  const scales = new Float64Array(counts.length).fill(Number.NaN);
  eachTenantRow(residuals, counts.length, (tenant, values, from, to) => {
    if ((counts[tenant] ?? 0) < LEAST_HISTORY) return;
    sortRange(values, from, to);
    const centre = middleOf(values, from, to);
    centres[tenant] = centre;
    scales[tenant] = 1.4826 * deviationOfRange(values, from, to, centre);
  });
  return { centres, scales };
}

/** What every tenant had at this time of the week, the fleet's movement taken off; NaN with too few weeks to tell. */
function weekly(residuals: readonly Float64Array[], n: number, places: readonly number[]): Float64Array | undefined {
  if (places.length < LEAST_WEEKS) return undefined;
  const habits = new Float64Array(n).fill(Number.NaN);
  const windows = places.map((place) => residuals[place] ?? new Float64Array(n).fill(Number.NaN));
  eachTenantRow(windows, n, (tenant, values, from, to) => {
    if (to - from >= LEAST_WEEKS) habits[tenant] = medianOfRange(values, from, to);
  });
  return habits;
}
