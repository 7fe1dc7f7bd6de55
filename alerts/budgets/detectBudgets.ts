import { type Finding, HOUR_MS, humanInstant, startOfHour, type Window } from '../../model/index.js';
import { bareFinding } from '../detection/bareFinding.js';
import { shortId } from '../shortId.js';
import { budgetFindings } from './budgetFinding.js';
import { subjectOf } from './budgetKey.js';
import { subjectText } from './burnSentence.js';
import { type BudgetsOptions, type BudgetVerdict, judgeBudgets } from './judgeBudgets.js';

/**
 * The budgets that burn in the full hours of a window, by the rules of the scheduled job, and those of which it cannot be told at
 * its end. Pure.
 *
 * @param through end of the data, epoch milliseconds
 */
export function detectBudgets(options: BudgetsOptions, window: Window, through: number): readonly Finding[] {
  const verdictsAt = judgeBudgets(options);
  const hours: (readonly BudgetVerdict[])[] = [];
  const end = Math.min(startOfHour(window.end), startOfHour(through));
  for (let at = startOfHour(window.start + HOUR_MS - 1) + HOUR_MS; at <= end; at += HOUR_MS) hours.push(verdictsAt(at));
  const unknown = (hours.at(-1) ?? []).filter(({ burn }) => burn === 'unknown');
  return [...budgetFindings(hours), ...unknown.map(notJudged)];
}

function notJudged({ budget, key, at }: BudgetVerdict): Finding {
  const { tenant_id, service } = subjectOf(budget);
  return bareFinding({
    id: shortId('not_judged', key, at),
    status: 'not_judged',
    kind: 'not_judged',
    tenant_id,
    service,
    window: { start: at - HOUR_MS, end: at },
    basis: 'USD at list price',
    sentence: `The budget of ${subjectText(budget)} was not judged at ${humanInstant(at)} UTC: of the three days before it not every hour is complete.`,
    next: ['see what is missing: tenantscope report run completeness --last 3d'],
  });
}
