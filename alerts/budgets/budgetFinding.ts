import { byUrgency, DAY_MS, type Finding, type Window } from '../../model/index.js';
import { bareFinding } from '../detection/bareFinding.js';
import { nextSteps, reportLinks } from '../runbook/nextSteps.js';
import { shortId } from '../shortId.js';
import { BUDGET_MS } from './budgetBurn.js';
import { subjectOf } from './budgetKey.js';
import { burnSentence } from './burnSentence.js';
import { type BudgetVerdict, type BurningBudget, burningOf } from './judgeBudgets.js';

/** A burning budget as data, with what to do: dollars of the rule's long window against what the budget allows in it. */
export function budgetFinding({ budget, key, at, burn }: BurningBudget): Finding {
  const { tenant_id, service } = subjectOf(budget);
  const window: Window = { start: at - burn.rule.longMs, end: at };
  const expected = (Number(budget.usd) * burn.rule.longMs) / BUDGET_MS;
  const of = { kind: 'budget', tenantId: tenant_id, service, window, owner: budget.owner } as const;
  return bareFinding({
    id: shortId(key, at),
    kind: 'budget',
    severity: burn.rule.severity,
    tenant_id,
    service,
    window,
    windows_flagged: 1,
    windows_judged: 1,
    basis: 'USD at list price',
    actual: burn.usd,
    expected,
    share: burn.usd / Number(budget.usd),
    excess_usd_per_day: ((burn.usd - expected) / burn.rule.longMs) * DAY_MS,
    sentence: burnSentence(budget, burn, at),
    next: nextSteps(of),
    reports: reportLinks(of),
  });
}

/**
 * The budgets that burn in a row of hours, a finding each: as bad as it was at its worst, and of that as it was last.
 *
 * @param hours verdicts by hour, in their order
 */
export function budgetFindings(hours: readonly (readonly BudgetVerdict[])[]): readonly Finding[] {
  const judged = new Map<string, number>();
  for (const { key, burn } of hours.flat()) if (burn !== 'unknown') judged.set(key, (judged.get(key) ?? 0) + 1);
  const worst = new Map<string, { verdict: BurningBudget; flagged: number }>();
  for (const verdict of burningOf(hours.flat())) {
    const before = worst.get(verdict.key);
    const worse = before !== undefined && byUrgency(before.verdict.burn.rule.severity, verdict.burn.rule.severity) < 0;
    worst.set(verdict.key, { verdict: worse ? before.verdict : verdict, flagged: (before?.flagged ?? 0) + 1 });
  }
  return [...worst].map(([key, { verdict, flagged }]) => ({
    ...budgetFinding(verdict),
    windows_flagged: flagged,
    windows_judged: judged.get(key) ?? 0,
  }));
}
