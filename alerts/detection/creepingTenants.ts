import { DAY_MS } from '../../model/index.js';
import { CREEP_DAYS, creepTest } from './creepTest.js';
import type { UsagePanel } from './UsagePanel.js';

/** Days in a row a tenant must be flagged on. */
const IN_A_ROW = 3;
/** Part of a day's windows that must be there for its sum to stand for the day. */
const LEAST_OF_DAY = 0.75;

/**
 * Places of the tenants that creep: flagged by G on the last three whole UTC days before a window. Empty with fewer days
 * than G needs.
 */
export function creepingTenants(panel: UsagePanel, index: number): ReadonlySet<number> {
  const perDay = Math.round(DAY_MS / panel.windowMs);
  if (perDay < 1 || panel.windowMs * perDay !== DAY_MS) return new Set();
  // Whole days before the one the window lies in, by the clock, not by the panel's start.
  const offset = Math.round((Math.ceil(panel.start / DAY_MS) * DAY_MS - panel.start) / panel.windowMs);
  const whole = Math.floor((index - offset) / perDay);
  if (whole < CREEP_DAYS + IN_A_ROW - 1) return new Set();
  const first = whole - (CREEP_DAYS + IN_A_ROW - 1);
  const days = Array.from({ length: CREEP_DAYS + IN_A_ROW - 1 }, (_, day) =>
    dayOf(panel, offset + (first + day) * perDay, perDay),
  );
  let creeping: Set<number> | undefined;
  for (let back = 0; back < IN_A_ROW; back += 1) {
    const { flagged } = creepTest(days.slice(back, back + CREEP_DAYS));
    const before = creeping;
    creeping = new Set(flagged.flatMap((is, place) => (is && before?.has(place) !== false ? [place] : [])));
  }
  return creeping ?? new Set();
}

/** ln of a day's usage by tenant; NaN where it is idle or too much of it is missing. Reserved tenants are left out. */
function dayOf(panel: UsagePanel, from: number, perDay: number): Float64Array {
  const sums = new Float64Array(panel.tenants.length);
  const counts = new Int32Array(panel.tenants.length);
  for (const window of panel.amounts.slice(from, from + perDay)) addWindow(window, sums, counts);
  return sums.map((sum, place) => {
    const count = counts[place] ?? 0;
    const known = count >= LEAST_OF_DAY * perDay && !(panel.tenants[place] ?? '_').startsWith('_');
    return known && sum > 0 ? Math.log((sum * perDay) / count) : Number.NaN;
  });
}

function addWindow(window: Float64Array, sums: Float64Array, counts: Int32Array): void {
  for (let place = 0; place < sums.length; place += 1) {
    const amount = window[place] ?? Number.NaN;
    if (Number.isNaN(amount)) continue;
    sums[place] = (sums[place] ?? 0) + amount;
    counts[place] = (counts[place] ?? 0) + 1;
  }
}
