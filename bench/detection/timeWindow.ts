import { Prng } from '../../ingest/simulator/Prng.js';
import { panelOf, strongFlags } from './newestWindow.js';
import { lognormal } from './populations.js';

/** How long a window takes, in milliseconds: the least of some runs, and the first of them, before code is compiled. */
export interface Times {
  readonly first: number;
  readonly processor: number;
  readonly clock: number;
}

const RUNS = 7;
/** Windows that are told apart; a longer history has them again and again, since 39 days of 100,000 tenants are 750 MB. */
const DISTINCT = 29;

/**
 * Times the newest of so many windows of a meter. Processor time is that of all the process's threads, so that it holds on one
 * core; on a machine that others use the clock says more of them than of this.
 */
export function timeWindow(tenants: number, windows: number): Times {
  const prng = new Prng(3);
  const levels = Array.from({ length: tenants }, () => lognormal(1)(prng));
  const distinct = Array.from({ length: DISTINCT }, () =>
    Float64Array.from(levels, (level) => level * lognormal(0.15)(prng)),
  );
  const panel = panelOf(
    Array.from({ length: windows }, (_, window) => distinct[window % DISTINCT] ?? new Float64Array(tenants)),
  );
  const runs = Array.from({ length: RUNS }, () => {
    const [begun, at] = [process.cpuUsage(), performance.now()];
    strongFlags(panel);
    const { user, system } = process.cpuUsage(begun);
    return { processor: (user + system) / 1000, clock: performance.now() - at };
  });
  const least = (of: 'processor' | 'clock'): number => Math.min(...runs.map((run) => run[of]));
  return { first: runs[0]?.processor ?? 0, processor: least('processor'), clock: least('clock') };
}
