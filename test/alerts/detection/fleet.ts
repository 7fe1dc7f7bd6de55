import type { PanelOptions } from '../../../alerts/detection/judgePanel.js';
import { judgePanel, type PanelWindow } from '../../../alerts/detection/judgePanel.js';
import type { UsagePanel } from '../../../alerts/detection/UsagePanel.js';
import { Prng } from '../../../ingest/simulator/Prng.js';
import { HOUR_MS } from '../../../model/index.js';

/** A standard normal value (Box and Muller). */
export function normal(prng: Prng): number {
  return Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next());
}

/** What a simulated fleet is like. */
export interface FleetShape {
  readonly tenants: number;
  readonly windows: number;
  /** Standard deviation of ln usage between tenants. */
  readonly spread: number;
  /** The same within a tenant. */
  readonly noise: number;
  /** Swing of the day, 0 to 1. */
  readonly season?: number;
  readonly seed?: number;
  /** Multiplies one tenant's usage in one window. */
  readonly change?: (tenant: number, window: number) => number;
}

/** Hourly usage of a heavy-tailed fleet; every tenant costs about a dollar an hour. */
export function fleetPanel(shape: FleetShape): UsagePanel {
  const prng = new Prng(shape.seed ?? 1);
  const levels = Array.from({ length: shape.tenants }, () => Math.exp(shape.spread * normal(prng)));
  const amounts = Array.from({ length: shape.windows }, (_, window) =>
    Float64Array.from(levels, (level, tenant) => {
      const day = 1 + (shape.season ?? 0) * Math.sin((2 * Math.PI * window) / 24);
      return level * Math.exp(shape.noise * normal(prng)) * day * (shape.change?.(tenant, window) ?? 1);
    }),
  );
  return panelOf(amounts);
}

/** A panel of tenants `t0`, `t1` …, hourly, at a dollar a unit. */
export function panelOf(amounts: readonly Float64Array[], tenants?: readonly string[]): UsagePanel {
  return {
    service: 'DynamoDB',
    basis: 'USD at list price',
    usdPerUnit: 1,
    windowMs: HOUR_MS,
    start: Date.parse('2026-10-01T00:00:00Z'),
    tenants: tenants ?? Array.from(amounts[0] ?? [], (_, tenant) => `t${tenant}`),
    amounts,
  };
}

/** Judges the windows of a panel from `from` on, as if live. */
export function judge(panel: UsagePanel, from: number, options: Partial<PanelOptions> = {}): readonly PanelWindow[] {
  return [
    ...judgePanel({
      panel,
      from,
      until: panel.amounts.length,
      facts: () => ({}),
      signal: () => undefined,
      incomplete: () => undefined,
      ...options,
    }),
  ];
}
