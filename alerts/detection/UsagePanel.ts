/**
 * Usage of one thing by every tenant in a row of regular windows: what detection judges. A service weighed by list price,
 * or one meter of it.
 */
export interface UsagePanel {
  readonly service: string;
  /** What the amounts are: `USD at list price`, or a meter. */
  readonly basis: string;
  /** US dollars of one unit of the amounts; null when they have no price. */
  readonly usdPerUnit: number | null;
  /** Length of a window, milliseconds. */
  readonly windowMs: number;
  /** Start of the first window, epoch milliseconds; the others follow without a gap. */
  readonly start: number;
  /** Tenants, reserved ones included, in the order of the amounts. */
  readonly tenants: readonly string[];
  /** By window, then tenant: usage at least 0; 0 is idle, NaN is no data. */
  readonly amounts: readonly Float64Array[];
}

/** Start of a panel's window, epoch milliseconds. */
export function windowStart(panel: UsagePanel, index: number): number {
  return panel.start + index * panel.windowMs;
}
