import { DAY_MS, HOUR_MS, type Severity } from '../../model/index.js';

/** What a tenant or service spent in one hour. */
export interface HourlySpend {
  /** Start of the hour, epoch milliseconds. */
  readonly hour: number;
  readonly usd: number;
}

/** A budget that burns faster than it may. */
export interface BudgetBurn {
  readonly severity: Severity;
  /** How many times faster than a rate that spends the budget in 30 days, over the long window. */
  readonly burn: number;
  readonly longMs: number;
}

/** Long and short window, and the burn both must reach: the SRE workbook's, as far as hourly spend tells them apart. */
const RULES: readonly {
  readonly severity: Severity;
  readonly long: number;
  readonly short: number;
  readonly burn: number;
}[] = [
  { severity: 'PAGE', long: 6 * HOUR_MS, short: HOUR_MS, burn: 6 },
  { severity: 'TICKET', long: 3 * DAY_MS, short: 6 * HOUR_MS, burn: 1 },
];

const BUDGET_MS = 30 * DAY_MS;

/**
 * Multi-window burn rate (Google SRE workbook, chapter 5): spend rate over the rate that uses the budget up in 30 days, in
 * a long window and in a short one, so that it opens on what lasts and closes soon after. The worst rule that holds;
 * undefined when none does. Hours without an entry spent nothing.
 */
export function budgetBurn(spend: readonly HourlySpend[], budgetUsd: number, at: number): BudgetBurn | undefined {
  const rate = (window: number): number => {
    const spent = spend.reduce((sum, { hour, usd }) => sum + (hour >= at - window && hour < at ? usd : 0), 0);
    return (spent / window) * (BUDGET_MS / budgetUsd);
  };
  for (const { severity, long, short, burn } of RULES) {
    const found = rate(long);
    if (found >= burn && rate(short) >= burn) return { severity, burn: found, longMs: long };
  }
  return undefined;
}
