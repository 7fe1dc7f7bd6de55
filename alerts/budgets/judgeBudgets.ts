import type { Budget, Incident } from '../../model/index.js';
import type { ServiceUsage } from '../detection/priceUsage.js';
import type { PolicyWindow } from '../policy/advanceIncidents.js';
import { type Burn, budgetBurn } from './budgetBurn.js';
import { budgetKey, subjectOf } from './budgetKey.js';
import { burnSentence } from './burnSentence.js';
import { spendOf } from './spendOf.js';

/** What is said of one budget at the end of one hour. */
export interface BudgetVerdict {
  readonly budget: Budget;
  readonly key: string;
  /** End of the hour, epoch milliseconds. */
  readonly at: number;
  readonly burn: Burn | 'calm' | 'unknown';
}

/** What budgets are judged by. */
export interface BudgetsOptions {
  readonly budgets: readonly Budget[];
  /** Usage of at least the three days before the first hour judged. */
  readonly services: readonly ServiceUsage[];
  /** True when what was used in the hour that starts then is all there. */
  readonly complete: (hour: number) => boolean;
}

/** Judges all budgets at the end of an hour, as often as asked. An hour that is not complete is never taken for a cheap one. */
export function judgeBudgets({
  budgets,
  services,
  complete,
}: BudgetsOptions): (at: number) => readonly BudgetVerdict[] {
  const spends = budgets.map((budget) => ({ budget, key: budgetKey(budget), spend: spendOf(services, budget) }));
  return (at) =>
    spends.map(({ budget, key, spend }) => {
      const spent = (hour: number): number | undefined => (complete(hour) ? (spend.get(hour) ?? 0) : undefined);
      return { budget, key, at, burn: budgetBurn(spent, Number(budget.usd), at) };
    });
}

/**
 * What an hour's verdicts mean for incidents. Of a budget that cannot be told nothing is said, so its incident stands as it was;
 * one that is no longer configured calms down.
 *
 * @param at end of the hour, epoch milliseconds
 */
export function budgetWindow(
  at: number,
  verdicts: readonly BudgetVerdict[],
  open: readonly Pick<Incident, 'kind' | 'key'>[],
): PolicyWindow {
  const configured = new Set(verdicts.map(({ key }) => key));
  const gone = open.filter(({ kind, key }) => kind === 'budget' && !configured.has(key));
  const told = verdicts.filter(({ burn }) => burn !== 'unknown');
  return {
    at,
    judged: new Set(),
    budgets: new Set([...told, ...gone].map(({ key }) => key)),
    observations: told.flatMap(({ budget, burn }) => {
      if (burn === 'calm' || burn === 'unknown') return [];
      const share = burn.usd / Number(budget.usd);
      return {
        ...subjectOf(budget),
        severity: burn.rule.severity,
        calm: false,
        extent: { at, amount: burn.rate, share, ratio: burn.rate },
        sentence: burnSentence(budget, burn, at),
      };
    }),
  };
}
