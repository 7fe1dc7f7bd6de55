import { HOUR_MS } from '../../model/index.js';
import { FAST_BURNS } from '../budgets/budgetBurn.js';
import { type BurningBudget, budgetWindow, burningOf, judgeBudgets } from '../budgets/judgeBudgets.js';
import { priceUsage } from '../detection/priceUsage.js';
import { servicePanel } from '../detection/servicePanel.js';
import { amountAnHour } from '../policy/amountAnHour.js';
import { judgePanels, missing } from '../policy/judgePanels.js';
import type { PolicyRun } from '../policy/PolicyRun.js';
import { type JudgedPanel, policyWindow } from '../policy/policyWindow.js';
import { readSignals } from '../signals/readSignals.js';
import type { PolicyState } from '../state/PolicyState.js';
import type { AlertsJob } from './AlertsJob.js';
import { factsOf, spansOf, unlearntOf } from './judgeHours.js';
import type { RecentUsage } from './UsageSource.js';

/** Length of a short window. */
export const SHORT_MS = 300_000;
const SPAN_MS = 48 * HOUR_MS;
/** Short windows that were missed for longer are left to the hours: they were for being fast. */
const CATCH_UP_MS = HOUR_MS;
/** How long a short window waits for tenants that are not heard, beyond the delivery's buffer. */
const PATIENCE_MS = 900_000;

/** The short windows of one run, judged. */
export interface JudgedRecent {
  readonly judged: number | null;
  readonly windows: number;
  readonly unlearnt: PolicyState['unlearnt'];
  /** The budgets that burned, window by window. */
  readonly burning: readonly BurningBudget[];
}

/**
 * Judges the windows of five minutes since the last run, and takes of them into the policy only what pages: they can open and
 * raise an incident, never calm one or make a ticket. Amounts are taken as by the hour, so that an incident has one measure.
 */
export async function judgeRecent(
  job: AlertsJob,
  state: PolicyState,
  run: PolicyRun,
  at: number,
  seen: JudgedPanel[],
): Promise<JudgedRecent> {
  const last = state.judged.recent;
  const standing: JudgedRecent = { judged: last, windows: 0, unlearnt: state.unlearnt, burning: [] };
  const recent = job.settings.fast ? await job.source.recent() : undefined;
  if (recent === undefined) return standing;
  const until = Math.floor(Math.min(at - job.settings.settleMs, recent.arrived) / SHORT_MS) * SHORT_MS;
  const from = last === null ? until - SHORT_MS : Math.max(last, until - CATCH_UP_MS);
  if (from >= until) return standing;
  const { services } = priceUsage(recent.usage, job.prices);
  const panels = services.map((service) =>
    servicePanel(service, Math.floor((recent.arrived - SPAN_MS) / SHORT_MS) * SHORT_MS, until, SHORT_MS),
  );
  const unlearnt = unlearntOf(state, SHORT_MS);
  const unheard = unheardOf(recent, job);
  const windows = judgePanels({
    panels,
    windowMs: SHORT_MS,
    from,
    until,
    facts: factsOf(job.tenants, state),
    signal: await readSignals(job.source, {
      window: { start: from, end: until },
      windowMs: SHORT_MS,
      usage: recent.usage,
      services,
      rows: job.signals,
    }),
    incomplete: (panel, start) =>
      start < from ? missing(panel, start) : (unheard(start + SHORT_MS) ?? missing(panel, start)),
    open: () => run.open,
    unlearnt,
  });
  const used = new Set(recent.usage.map(({ event_hour }) => event_hour));
  const budgetsAt = judgeBudgets({
    budgets: job.budgets,
    services,
    complete: (start) => used.has(start) && unheard(start + SHORT_MS) === undefined,
    burns: FAST_BURNS,
  });
  const burning: BurningBudget[] = [];
  let judged = from;
  for (const { start, panels: of } of windows) {
    await job.turn?.();
    const end = start + SHORT_MS;
    // A window whose tenants are not heard yet is waited for, and with it those after it.
    if (unheard(end) !== undefined && at < end + job.settings.settleMs + PATIENCE_MS) break;
    judged = end;
    seen.push(...of);
    const window = policyWindow(end, of);
    const pages = window.observations.filter(({ severity, calm }) => severity === 'PAGE' && !calm);
    run.take({
      ...window,
      raisesOnly: true,
      observations: pages.map((one) => ({
        ...one,
        extent: { ...one.extent, amount: amountAnHour(one.extent.amount, SHORT_MS) },
      })),
    });
    const budgets = budgetsAt(end);
    burning.push(...burningOf(budgets));
    run.take({ ...budgetWindow(end, budgets, run.open), raisesOnly: true });
  }
  return {
    judged,
    windows: Math.round((judged - from) / SHORT_MS),
    unlearnt: spansOf(state, panels, unlearnt, SHORT_MS, until - SPAN_MS),
    burning,
  };
}

/**
 * Why a short window is not judged yet, by its end: too many tenants with agents were not heard to it. Every budget asks of the
 * same windows, and of each the tenants are counted once.
 */
function unheardOf({ reach }: RecentUsage, { settings }: AlertsJob): (end: number) => string | undefined {
  const reasons = new Map<number, string | undefined>();
  const reasonOf = (end: number): string | undefined => {
    const heard = reach.filter(({ heardThrough, reached }) => (heardThrough ?? reached) >= end).length;
    if (reach.length === 0 || heard / reach.length >= settings.leastComplete) return undefined;
    return `of ${reach.length} tenants with agents only ${heard} were heard to its end`;
  };
  return (end) => {
    if (!reasons.has(end)) reasons.set(end, reasonOf(end));
    return reasons.get(end);
  };
}
