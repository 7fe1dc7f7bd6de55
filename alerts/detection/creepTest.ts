import { Medians } from './medians.js';

/** What G says of every tenant on one day; NaN where it has too few days. */
export interface CreepVerdicts {
  /** How many times more than four weeks before, beyond what the fleet grew. */
  readonly growth: Float64Array;
  readonly z: Float64Array;
  readonly flagged: readonly boolean[];
}

/** Days G looks back over: a week now, and the week that ended 28 days ago. */
export const CREEP_DAYS = 35;
const WEEK = 7;
/** Days of a week that must be there for its median to stand for it. */
const LEAST_DAYS = 4;
const SPREAD_FLOOR = 0.08;
const LEAST_GROWTH = Math.log(1.4);
const LEAST_Z = 3.5;

/**
 * G, gradual creep: the median ln usage of the last 7 days less that of the 7 days that ended 28 days before, less the
 * median of all tenants' such growth, in robust standard deviations of the fleet (floor 0.08). Flagged from ×1.4 and z 3.5
 * on; the caller asks for three days in a row. The reference is anchored: nothing learns the creep.
 *
 * `days`: ln of daily usage by tenant, oldest first, the last one the day judged; NaN for idle days and missing ones.
 */
export function creepTest(days: readonly Float64Array[]): CreepVerdicts {
  const n = days.at(-1)?.length ?? 0;
  const medians = new Medians(Math.max(n, WEEK));
  const growth = new Float64Array(n).fill(Number.NaN);
  const week = new Float64Array(WEEK);
  const of = (tenant: number, from: number): number => {
    for (let day = 0; day < WEEK; day += 1) week[day] = days[from + day]?.[tenant] ?? Number.NaN;
    const sorted = medians.sorted(week);
    return sorted.length < LEAST_DAYS ? Number.NaN : medians.median(week);
  };
  if (days.length >= CREEP_DAYS) {
    for (let tenant = 0; tenant < n; tenant += 1)
      growth[tenant] = of(tenant, days.length - WEEK) - of(tenant, days.length - CREEP_DAYS);
  }
  const middle = medians.median(growth);
  const spread = Math.max(1.4826 * medians.deviation(growth, middle), SPREAD_FLOOR);
  const excess = growth.map((value) => value - middle);
  const z = excess.map((value) => value / spread);
  const flagged = Array.from(excess, (value, tenant) => value >= LEAST_GROWTH && (z[tenant] ?? 0) >= LEAST_Z);
  return { growth: excess.map(Math.exp), z, flagged };
}
