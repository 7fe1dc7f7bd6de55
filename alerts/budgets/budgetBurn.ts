import { DAY_MS, HOUR_MS, type Severity } from '../../model/index.js';

/** Long and short window, and the burn that both must reach. */
export interface BurnRule {
  readonly severity: Extract<Severity, 'PAGE' | 'TICKET'>;
  readonly longMs: number;
  readonly shortMs: number;
  readonly burn: number;
}

/** Rules, the worst first, and the length of the windows they add up. */
export interface BurnScale {
  readonly windowMs: number;
  readonly rules: readonly BurnRule[];
}

/** The multi-window burn rates of the Google SRE workbook, chapter 5, as far as spend by the hour tells them apart. */
export const HOURLY_BURNS: BurnScale = {
  windowMs: HOUR_MS,
  rules: [
    { severity: 'PAGE', longMs: 6 * HOUR_MS, shortMs: HOUR_MS, burn: 6 },
    { severity: 'TICKET', longMs: 3 * DAY_MS, shortMs: 6 * HOUR_MS, burn: 1 },
  ],
};

const MINUTE_MS = 60_000;

/** Those that page, as the book has them: spend by five minutes is known for two days. */
export const FAST_BURNS: BurnScale = {
  windowMs: 5 * MINUTE_MS,
  rules: [
    { severity: 'PAGE', longMs: HOUR_MS, shortMs: 5 * MINUTE_MS, burn: 14.4 },
    { severity: 'PAGE', longMs: 6 * HOUR_MS, shortMs: 30 * MINUTE_MS, burn: 6 },
  ],
};

/** The longest window a rule looks at. */
export const LONGEST_BURN_MS: number = Math.max(...HOURLY_BURNS.rules.map(({ longMs }) => longMs));

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
 * The worst rule that holds at the end of a window, which needs both spans: the long one so that what is over soon wakes
 * nobody, the short one so that it ends soon after. `calm` when none holds; `unknown` when none does that can be told, and
 * another could not, because a window of its long span is not complete.
 *
 * @param spent US dollars in the window that starts then; undefined when that is not known
 * @param at end of the last window, epoch milliseconds
 */
export function budgetBurn(
  spent: (start: number) => number | undefined,
  budgetUsd: number,
  at: number,
  { windowMs, rules }: BurnScale = HOURLY_BURNS,
): Burn | 'calm' | 'unknown' {
  let known = true;
  for (const rule of rules) {
    const usd = spentIn(spent, at - rule.longMs, at, windowMs);
    if (usd === undefined) {
      known = false;
      continue;
    }
    const rate = rateOf(usd, rule.longMs, budgetUsd);
    const short = spentIn(spent, at - rule.shortMs, at, windowMs) ?? 0;
    if (rate >= rule.burn && rateOf(short, rule.shortMs, budgetUsd) >= rule.burn) return { rule, rate, usd };
  }
  return known ? 'calm' : 'unknown';
}

/**
 * Spend rate in a span over the rate that uses the budget up in 30 days; undefined when some of it is not known.
 *
 * @param spent US dollars in the window that starts then; undefined when that is not known
 */
export function spendRate(
  spent: (start: number) => number | undefined,
  budgetUsd: number,
  { end, spanMs }: { readonly end: number; readonly spanMs: number },
  windowMs: number,
): number | undefined {
  const usd = spentIn(spent, end - spanMs, end, windowMs);
  return usd === undefined ? undefined : rateOf(usd, spanMs, budgetUsd);
}

const rateOf = (usd: number, windowMs: number, budgetUsd: number): number => (usd * BUDGET_MS) / (windowMs * budgetUsd);

function spentIn(
  spent: (start: number) => number | undefined,
  from: number,
  end: number,
  windowMs: number,
): number | undefined {
  let sum = 0;
  for (let start = from; start < end; start += windowMs) {
    const usd = spent(start);
    if (usd === undefined) return undefined;
    sum += usd;
  }
  return sum;
}
