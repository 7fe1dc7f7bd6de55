import { createHash } from 'node:crypto';
import { type Finding, HOUR_MS, type Window } from '../../model/index.js';
import { bareFinding } from '../detection/bareFinding.js';
import { nextSteps, reportLinks } from '../runbook/nextSteps.js';
import { BUDGET_MS, type Burn } from './budgetBurn.js';
import { subjectOf } from './budgetKey.js';
import { burnSentence } from './burnSentence.js';
import type { BudgetVerdict } from './judgeBudgets.js';

/** A burning budget as data, with what to do: dollars of the rule's long window against what the budget allows in it. */
export function budgetFinding({ budget, key, at }: BudgetVerdict, burn: Burn): Finding {
  const { tenant_id, service } = subjectOf(budget);
  const window: Window = { start: at - burn.rule.longMs, end: at };
  const expected = (Number(budget.usd) * burn.rule.longMs) / BUDGET_MS;
  const of = { kind: 'budget', tenantId: tenant_id, service, window, owner: budget.owner } as const;
  return bareFinding({
    id: createHash('sha256').update(`${key}\n${at}`).digest('hex').slice(0, 16),
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
    excess_usd_per_day: ((burn.usd - expected) / burn.rule.longMs) * HOUR_MS * 24,
    sentence: burnSentence(budget, burn, at),
    next: nextSteps(of),
    reports: reportLinks(of),
  });
}

const RANK = { PAGE: 0, TICKET: 1 } as const;

/**
 * The budgets that burn in a row of hours, a finding each: as bad as it was at its worst, and of that as it was last.
 *
 * @param hours verdicts by hour, in their order
 */
export function budgetFindings(hours: readonly (readonly BudgetVerdict[])[]): readonly Finding[] {
  const worst = new Map<string, { verdict: BudgetVerdict; burn: Burn; flagged: number }>();
  for (const verdict of hours.flat()) {
    const { key, burn } = verdict;
    if (burn === 'calm' || burn === 'unknown') continue;
    const before = worst.get(key);
    const better = before !== undefined && RANK[before.burn.rule.severity] < RANK[burn.rule.severity];
    worst.set(key, { ...(better ? before : { verdict, burn }), flagged: (before?.flagged ?? 0) + 1 });
  }
  return [...worst.values()].map(({ verdict, burn, flagged }) => ({
    ...budgetFinding(verdict, burn),
    windows_flagged: flagged,
    windows_judged: hours.length,
  }));
}
