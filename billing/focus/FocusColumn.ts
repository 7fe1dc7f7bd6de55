/** The versions of FOCUS that are written. */
export const FOCUS_VERSIONS = ['1.4', '1.2'] as const;

/** A version of FOCUS that is written. */
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** The datasets of FOCUS that are written. Billing Period and Invoice Detail came with 1.4. */
export const FOCUS_DATASETS = ['cost_and_usage', 'billing_period', 'invoice_detail'] as const;

/** A dataset of FOCUS that is written. */
export type FocusDataset = (typeof FOCUS_DATASETS)[number];

/** What a column holds. `decimal+` is never negative, `currency` an ISO 4217 code, `unit` a unit of FOCUS, `json` an object. */
export type FocusType = 'string' | 'decimal' | 'decimal+' | 'time' | 'currency' | 'unit' | 'json';

/** A column of a FOCUS dataset, as its version of the specification has it. */
export interface FocusColumn {
  readonly name: string;
  /** M mandatory, C required where its condition holds, R recommended. */
  readonly level: 'M' | 'C' | 'R';
  readonly nullable: boolean;
  readonly type: FocusType;
  /** The values it may have; any when absent. */
  readonly values?: readonly string[];
}
