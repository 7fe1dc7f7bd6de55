import { DAY_MS, HOUR_MS, type Severity } from '../../model/index.js';

/** Long and short window, and the burn that both must reach. */
export interface BurnRule {
  readonly severity: Extract<Severity, 'PAGE' | 'TICKET'>;
  readonly longMs: number;
  readonly shortMs: number;
  readonly burn: number;
}

/**
 * The multi-window burn rates of the Google SRE workbook, chapter 5, as far as spend by the hour tells them apart, the worst
 * first: the fastest of the book (14.4 in an hour and in five minutes) needs shorter windows than the ledger has.
 */
export const BURN_RULES: readonly BurnRule[] = [
  { severity: 'PAGE', longMs: 6 * HOUR_MS, shortMs: HOUR_MS, burn: 6 },
  { severity: 'TICKET', longMs: 3 * DAY_MS, shortMs: 6 * HOUR_MS, burn: 1 },
];

/** The longest window a rule looks at. */
export const LONGEST_BURN_MS: number = Math.max(...BURN_RULES.map(({ longMs }) => longMs));

/** What a budget is for: a rate that uses it up in so long burns at 1. */
export const BUDGET_MS = 30 * DAY_MS;

/** A budget that is used up faster than it may be. */
export interface Burn {
  readonly rule: BurnRule;
  /** Spend rate over the rate that uses the budget up in 30 days, in the long window. */
  readonly rate: number;
  /** US dollars in the long window. */
  readonly usd: number;
}

/**
 * The worst rule that holds at the end of an hour, which needs both windows: the long one so that what is over soon wakes
 * nobody, the short one so that it ends soon after. `calm` when none holds; `unknown` when none does that can be told, and
 * another could not, because an hour of its long window is not complete.
 *
 * @param spent US dollars in the hour that starts then; undefined when that is not known
 * @param at end of the hour, epoch milliseconds
 */
export function budgetBurn(
  spent: (hour: number) => number | undefined,
  budgetUsd: number,
  at: number,
): Burn | 'calm' | 'unknown' {
  let known = true;
  for (const rule of BURN_RULES) {
    const usd = spentIn(spent, at - rule.longMs, at);
    if (usd === undefined) {
      known = false;
      continue;
    }
    const rate = rateOf(usd, rule.longMs, budgetUsd);
    const short = spentIn(spent, at - rule.shortMs, at) ?? 0;
    if (rate >= rule.burn && rateOf(short, rule.shortMs, budgetUsd) >= rule.burn) return { rule, rate, usd };
  }
  return known ? 'calm' : 'unknown';
}

const rateOf = (usd: number, windowMs: number, budgetUsd: number): number => (usd * BUDGET_MS) / (windowMs * budgetUsd);

function spentIn(spent: (hour: number) => number | undefined, start: number, end: number): number | undefined {
  let sum = 0;
  for (let hour = start; hour < end; hour += HOUR_MS) {
    const usd = spent(hour);
    if (usd === undefined) return undefined;
    sum += usd;
  }
  return sum;
}
