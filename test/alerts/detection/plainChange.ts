import { upperTail } from '../../../alerts/detection/studentT.js';
import { bar, deviation, median } from './plainStatistics.js';

/** What C says of one tenant. */
export interface PlainChange {
  readonly ratio: number;
  readonly p: number;
  readonly expected: number;
  readonly level: 'strong' | 'weak' | 'none';
}

/** C of the reference, section 2.2, on windows of logarithms: nothing of a tenant with too little history. */
export function plainChange(
  now: readonly number[],
  history: readonly (readonly number[])[],
  slots: readonly number[],
  sameWeekday: readonly number[],
): readonly (PlainChange | undefined)[] {
  const residuals = [...history, now].map((window, index) => {
    const detrended = window.map((value, tenant) => value - levelOf(history, slots, slots[index] ?? 0, tenant));
    return detrended.map((value, tenant) => {
      const all = detrended.filter(Number.isFinite).length > 60;
      return value - median(all ? detrended : detrended.toSpliced(tenant, 1));
    });
  });
  const last = residuals.pop() ?? [];
  const own = now.map((_, tenant) => {
    const count = history.filter((window) => Number.isFinite(window[tenant])).length;
    const series = residuals.map((window) => window[tenant] ?? Number.NaN);
    const centre = count < 12 ? Number.NaN : median(series);
    const weeks = sameWeekday.map((place) => series[place] ?? Number.NaN).filter(Number.isFinite);
    const habit = weeks.length < 2 ? Number.NaN : median(weeks) - centre;
    return { count, centre, scale: 1.4826 * deviation(series, centre), habit };
  });
  const pooled = median(own.map(({ scale }) => scale));
  const pool = Math.max(Number.isNaN(pooled) ? 0 : pooled, Math.log(1.1));
  const verdicts = own.map(({ count, centre, scale, habit }, tenant) => {
    const surprise = (last[tenant] ?? Number.NaN) - centre;
    if (!Number.isFinite(surprise)) return undefined;
    const degrees = Math.min(0.37 * (count - 1), 0.37 * 167);
    const variance = (4 * pool ** 2 + degrees * scale ** 2) / (4 + degrees);
    const sigma = Math.max(Math.sqrt(variance), Math.log(1.15));
    const excess = habit > 2 * sigma ? surprise - habit : surprise;
    const few = Math.min(count, slots.length / Math.max(1, new Set(slots).size));
    const p = upperTail(excess / (sigma * Math.sqrt(1 + 1.57 / few)), 4 + degrees);
    return { ratio: Math.exp(excess), p, expected: (now[tenant] ?? Number.NaN) - excess };
  });
  const ps = verdicts.map((verdict) => verdict?.p ?? Number.NaN);
  const [strong, weak] = [bar(ps, 0.01), bar(ps, 0.05)];
  return verdicts.map((verdict) => {
    if (verdict === undefined) return undefined;
    const { p, ratio } = verdict;
    const level = p <= strong && ratio >= 2 ? 'strong' : p <= weak && ratio >= 1.5 ? 'weak' : 'none';
    return { ...verdict, level };
  });
}

/** A tenant's own level at a time of day; that of all its windows where the time of day has too few. */
function levelOf(
  history: readonly (readonly number[])[],
  slots: readonly number[],
  slot: number,
  tenant: number,
): number {
  const of = (windows: readonly (readonly number[])[]): readonly number[] =>
    windows.map((window) => window[tenant] ?? Number.NaN).filter(Number.isFinite);
  const all = of(history);
  if (all.length < 12) return Number.NaN;
  const same = of(history.filter((_, index) => slots[index] === slot));
  return new Set(slots).size > 1 && same.length >= 7 ? median(same) : median(all);
}
