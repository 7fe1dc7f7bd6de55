import { Medians, medianOfRange } from './medians.js';
import { eachTenantRow } from './tenantRows.js';

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
  const medians = new Medians(n);
  const growth = new Float64Array(n).fill(Number.NaN);
  if (days.length >= CREEP_DAYS) {
    const now = weekOf(days, days.length - WEEK, n);
    const before = weekOf(days, days.length - CREEP_DAYS, n);
    for (let tenant = 0; tenant < n; tenant += 1)
      growth[tenant] = (now[tenant] ?? Number.NaN) - (before[tenant] ?? Number.NaN);
  }
  const middle = medians.median(growth);
  const spread = Math.max(1.4826 * medians.deviation(growth, middle), SPREAD_FLOOR);
  const excess = growth.map((value) => value - middle);
  const z = excess.map((value) => value / spread);
  const flagged = Array.from(excess, (value, tenant) => value >= LEAST_GROWTH && (z[tenant] ?? 0) >= LEAST_Z);
  return { growth: excess.map(Math.exp), z, flagged };
}

/** The median of seven days by tenant; NaN of those with too few. */
function weekOf(days: readonly Float64Array[], from: number, n: number): Float64Array {
  const week = new Float64Array(n).fill(Number.NaN);
  eachTenantRow(days.slice(from, from + WEEK), n, (tenant, values, start, end) => {
    if (end - start >= LEAST_DAYS) week[tenant] = medianOfRange(values, start, end);
  });
  return week;
}
