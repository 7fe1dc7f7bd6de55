import type { BacktestRow } from '../backtest/parseBacktestCsv.js';
import type { SignalOf } from './SignalOf.js';

/** A row of a file of signals. */
export type SignalRow = BacktestRow<'signals'>;

/**
 * What a file says. The rows that begin within a window count together: the greatest use of capacity, all throttles, and
 * whether any neighbour's budget burns; a figure that none of them gives stays unknown. Pure.
 */
export function fileSignals(rows: readonly SignalRow[], windowMs: number): SignalOf {
  const services = new Map<string, SignalRow[]>();
  for (const row of rows) {
    const own = services.get(row.service) ?? [];
    services.set(row.service, own);
    own.push(row);
  }
  for (const own of services.values()) own.sort((a, b) => a.window_start - b.window_start);
  return (service, start) => {
    const within = rowsFrom(services.get(service) ?? [], start, start + windowMs);
    if (within.length === 0) return undefined;
    const given = <T>(values: readonly (T | undefined)[]): readonly T[] =>
      values.filter((value) => value !== undefined);
    const uses = given(within.map(({ capacity_use }) => capacity_use));
    const throttles = given(within.map(({ throttled_requests }) => throttled_requests));
    const burns = given(within.map(({ neighbour_burn }) => neighbour_burn));
    return {
      capacityUse: uses.length === 0 ? null : Math.max(...uses),
      throttledRequests: throttles.length === 0 ? null : throttles.reduce((sum, count) => sum + count, 0),
      neighbourBurn: burns.length === 0 ? null : burns.includes(true),
    };
  };
}

/** Those of ordered rows that begin in a span, found by halving: a file of a month's five minutes has many. */
function rowsFrom(rows: readonly SignalRow[], start: number, end: number): readonly SignalRow[] {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.window_start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < rows.length && (rows[last]?.window_start ?? end) < end) last += 1;
  return rows.slice(low, last);
}
