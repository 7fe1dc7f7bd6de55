import type { Incident } from '../../model/index.js';
import { budgetFinding } from '../budgets/budgetFinding.js';
import type { BurningBudget } from '../budgets/judgeBudgets.js';

/**
 * An incident of a budget as people are told of it: what was spent against what may be, and what to do.
 *
 * @param burning what burned in the windows of the run, in the order in which the policy took them
 */
export function explainBudget(incident: Incident, burning: readonly BurningBudget[]): Incident {
  const verdict = burning.find(({ key, at }) => key === incident.key && at === incident.last.at);
  return verdict === undefined ? incident : { ...incident, finding: budgetFinding(verdict) };
}
