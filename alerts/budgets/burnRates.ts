import { HOURLY_BURNS, spendRate } from './budgetBurn.js';
import { subjectOf } from './budgetKey.js';
import type { BudgetsOptions } from './judgeBudgets.js';
import { spendOf } from './spendOf.js';

/** How fast a budget is spent, whether a rule holds or not. */
export interface BurnRate {
  /** `_fleet` for all tenants together. */
  readonly tenantId: string;
  /** `_all` for all services. */
  readonly service: string;
  /** Length of the span that ends then, milliseconds. */
  readonly spanMs: number;
  /** Spend over the rate that uses the budget up in 30 days. */
  readonly rate: number;
}

/**
 * How fast each budget is spent in the long spans of the hourly rules, for gauges. A span with an hour that is not complete has no
 * rate: it would look cheaper than it is.
 *
 * @param at end of the last hour, epoch milliseconds
 */
export function burnRates({ budgets, services, complete }: BudgetsOptions, at: number): readonly BurnRate[] {
  return budgets.flatMap((budget) => {
    const { tenant_id: tenantId, service } = subjectOf(budget);
    const spend = spendOf(services, budget);
    const spent = (start: number): number | undefined => (complete(start) ? (spend.get(start) ?? 0) : undefined);
    return HOURLY_BURNS.rules.flatMap(({ longMs: spanMs }) => {
      const rate = spendRate(spent, Number(budget.usd), { end: at, spanMs }, HOURLY_BURNS.windowMs);
      return rate === undefined ? [] : [{ tenantId, service, spanMs, rate }];
    });
  });
}
