import type { TimelineBar } from '../../charts/index.js';
import type { AnomalyData, DashboardData } from '../DashboardData.js';
import { displayName } from './format.js';

/** Bars drawn at most; the table has them all. */
const DRAWN = 30;

/** The state of an anomaly in words. */
export function stateText(state: AnomalyData['state']): string {
  return state === 'finding' ? 'found now' : state === 'not_judged' ? 'not judged' : state;
}

/** The bars of the timeline, and the time it spans: the window, and what began before it. */
export function anomalyBars(
  data: DashboardData,
  found: readonly AnomalyData[],
  window: { readonly start: number; readonly end: number },
): { readonly start: number; readonly end: number; readonly bars: readonly TimelineBar[] } {
  const drawn = found.slice(0, DRAWN);
  return {
    start: Math.min(window.start, ...drawn.map((one) => one.window.start)),
    end: Math.max(window.end, ...drawn.map((one) => one.window.end)),
    bars: drawn.map((one) => ({
      label: `${one.tenant === null ? 'fleet' : displayName(data.tenants.ids[one.tenant] ?? '', 24)} · ${one.service}`,
      start: one.window.start,
      end: one.window.end,
      severity: one.severity,
      state: stateText(one.state),
    })),
  };
}
