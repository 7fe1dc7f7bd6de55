/** Why a bill differs from another. */
export const CAUSES = ['usage', 'rate', 'policy', 'late', 'rounding'] as const;

/**
 * Why a bill differs from another: other usage; other prices; what the registry says of who is on which plan, there and
 * since when, or that the month is over; usage of closed periods that came late; what invoices are rounded by.
 */
export type Cause = (typeof CAUSES)[number];

/** What one tenant is charged for one thing on one day, in two versions of a bill. Amounts are exact decimals. */
export interface Change {
  readonly tenant_id: string;
  readonly service: string;
  /** SkuId, or what an adjustment is for. */
  readonly sku: string;
  readonly category: string;
  /** First UTC day of the charge. */
  readonly day: string;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
  /** The parts of the difference, which add up to it. */
  readonly causes: Readonly<Partial<Record<Cause, string>>>;
  /** What was measured, where something was. */
  readonly quantity_before: string | null;
  readonly quantity_after: string | null;
  /** Who paid and who pays, where it is another. */
  readonly account: { readonly before: string; readonly after: string } | null;
}

/** How a bill differs from another, and why. */
export interface Difference {
  readonly before: { readonly export_id: string; readonly version: number; readonly total: string };
  readonly after: { readonly export_id: string; readonly version: number; readonly total: string };
  readonly period: string;
  readonly currency: string;
  readonly difference: string;
  readonly causes: Readonly<Record<Cause, string>>;
  readonly changes: readonly Change[];
}
