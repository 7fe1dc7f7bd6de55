/** What a charge is, in FOCUS's words. */
export const CHARGE_CATEGORIES = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'] as const;

/** What a charge is, in FOCUS's words. */
export type ChargeCategory = (typeof CHARGE_CATEGORIES)[number];

/**
 * Which of a bill's costs is split. `billed`: what the invoice asks for; `effective`: amortised, so that what was paid ahead
 * counts when it is used; `list`: at public prices, before any discount or commitment.
 */
export const COST_BASES = ['billed', 'effective', 'list'] as const;

/** Which of a bill's costs is split. */
export type CostBasis = (typeof COST_BASES)[number];

/** One line of a bill, as far as a split needs it. */
export interface BillLine {
  /** The bill's names of the service, the one people read first. */
  readonly services: readonly [string, ...string[]];
  readonly category: ChargeCategory;
  /** Paid for by a commitment that nobody used. */
  readonly unused: boolean;
  readonly currency: string;
  /** In 1e-60 of the currency. */
  readonly cost: bigint;
  /** When its billing period begins, epoch ms. */
  readonly billed: number;
  /** What it is for, `[start, end)`, epoch ms; undefined for the whole billing period. */
  readonly during: { readonly start: number; readonly end: number } | undefined;
  /** A line type nobody here knows; it was taken at its billed cost. */
  readonly unknownType?: string;
}
