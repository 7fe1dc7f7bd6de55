import type { Incident } from '../../model/index.js';
import { budgetFinding } from '../budgets/budgetFinding.js';
import type { BudgetVerdict } from '../budgets/judgeBudgets.js';

/** An incident of a budget as people are told of it: what was spent against what may be, and what to do. */
export function explainBudget(incident: Incident, verdicts: readonly BudgetVerdict[]): Incident {
  const verdict = verdicts.find(({ key, at }) => key === incident.key && at === incident.last.at);
  if (verdict === undefined || verdict.burn === 'calm' || verdict.burn === 'unknown') return incident;
  return { ...incident, finding: budgetFinding(verdict, verdict.burn) };
}
