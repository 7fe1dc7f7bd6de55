import type { Budget, Incident } from '../../model/index.js';
import type { ServiceUsage } from '../detection/priceUsage.js';
import type { PolicyWindow } from '../policy/advanceIncidents.js';
import { type Burn, type BurnScale, budgetBurn } from './budgetBurn.js';
import { budgetKey, subjectOf } from './budgetKey.js';
import { burnSentence } from './burnSentence.js';
import { spendOf } from './spendOf.js';

/** What is said of one budget at the end of one window. */
export interface BudgetVerdict {
  readonly budget: Budget;
  readonly key: string;
  /** End of the window, epoch milliseconds. */
  readonly at: number;
  readonly burn: Burn | 'calm' | 'unknown';
}

/** A verdict on a budget that burns. */
export type BurningBudget = BudgetVerdict & { readonly burn: Burn };

/** Those that burn. */
export function burningOf(verdicts: readonly BudgetVerdict[]): readonly BurningBudget[] {
  return verdicts.filter((verdict): verdict is BurningBudget => typeof verdict.burn !== 'string');
}

/** What budgets are judged by. */
export interface BudgetsOptions {
  readonly budgets: readonly Budget[];
  /** Usage by windows of the rules' length, as far back as they look. */
  readonly services: readonly ServiceUsage[];
  /** True when what was used in the window that starts then is all there. */
  readonly complete: (start: number) => boolean;
  /** By the hour when left out. */
  readonly burns?: BurnScale;
}

/** Judges all budgets at the end of a window, as often as asked. One that is not complete is never taken for a cheap one. */
export function judgeBudgets({
  budgets,
  services,
  complete,
  burns,
}: BudgetsOptions): (at: number) => readonly BudgetVerdict[] {
  const spends = budgets.map((budget) => ({ budget, key: budgetKey(budget), spend: spendOf(services, budget) }));
  return (at) =>
    spends.map(({ budget, key, spend }) => {
      const spent = (start: number): number | undefined => (complete(start) ? (spend.get(start) ?? 0) : undefined);
      return { budget, key, at, burn: budgetBurn(spent, Number(budget.usd), at, burns) };
    });
}

/**
 * What a window's verdicts mean for incidents. Of a budget that cannot be told nothing is said, so its incident stands as it was;
 * one that is no longer configured calms down.
 *
 * @param at end of the window, epoch milliseconds
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
    observations: burningOf(verdicts).map(({ budget, burn }) => ({
      ...subjectOf(budget),
      severity: burn.rule.severity,
      calm: false,
      extent: { at, amount: burn.rate, share: burn.usd / Number(budget.usd), ratio: burn.rate },
      sentence: burnSentence(budget, burn, at),
    })),
  };
}
