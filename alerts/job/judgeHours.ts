import { DAY_MS, HOUR_MS } from '../../model/index.js';
import { LONGEST_BURN_MS } from '../budgets/budgetBurn.js';
import { type BurningBudget, budgetWindow, burningOf, judgeBudgets } from '../budgets/judgeBudgets.js';
import type { DetectTenant } from '../detection/detect.js';
import { servicePanel } from '../detection/servicePanel.js';
import type { TenantFacts } from '../detection/TenantFacts.js';
import { Unlearnt } from '../detection/Unlearnt.js';
import { judgePanels, missing } from '../policy/judgePanels.js';
import type { PolicyRun } from '../policy/PolicyRun.js';
import { type JudgedPanel, policyWindow } from '../policy/policyWindow.js';
import { readSignals } from '../signals/readSignals.js';
import type { PolicyState } from '../state/PolicyState.js';
import type { AlertsJob } from './AlertsJob.js';
import { doubtfulHours } from './doubtfulHours.js';

/** How far back usage is read: what G looks back on, whole UTC days; C compares with 28 days. */
export const HISTORY_MS = 39 * DAY_MS;
/** What was missed for longer is not judged any more: nobody acts on it. */
const CATCH_UP_MS = 7 * DAY_MS;

/** The hours of one run, judged. */
export interface JudgedHours {
  /** End of the last hour taken; null when there never was any. */
  readonly judged: number | null;
  /** Hours in a row, up to the last, that could not be judged, and why the last was not. */
  readonly unjudged: number;
  readonly reason: string | undefined;
  readonly windows: number;
  readonly unlearnt: PolicyState['unlearnt'];
  /** The budgets that burned, hour by hour. */
  readonly burning: readonly BurningBudget[];
}

/**
 * Judges every full hour since the last run, in order, and takes each into the policy. The first run judges the last hour that
 * is there; one after a long pause the last seven days. Adds every verdict to `seen`.
 */
export async function judgeHours(
  job: AlertsJob,
  state: PolicyState,
  run: PolicyRun,
  at: number,
  seen: JudgedPanel[],
): Promise<JudgedHours> {
  const through = await job.source.through();
  const last = state.judged.hourly;
  const standing = {
    judged: last,
    unjudged: state.unjudged,
    reason: undefined,
    windows: 0,
    unlearnt: state.unlearnt,
    burning: [],
  };
  if (through === null) return standing;
  const until = Math.floor(Math.min(through, at) / HOUR_MS) * HOUR_MS;
  const from = last === null ? until - HOUR_MS : Math.max(last, until - CATCH_UP_MS);
  if (from >= until) return standing;
  const { services, throttled, used } = await job.source.hours({ start: from - HISTORY_MS, end: until }, job.prices);
  const before = job.budgets.length === 0 ? DAY_MS : LONGEST_BURN_MS;
  const complete = await job.source.completeness({ start: from - before, end: until });
  const doubts = doubtfulHours(complete, job.settings.leastComplete);
  const signal = await readSignals(job.source, {
    window: { start: from, end: until },
    windowMs: HOUR_MS,
    usage: throttled,
    services,
    rows: job.signals,
  });
  const panels = services.map((service) => servicePanel(service, from - HISTORY_MS, until));
  const budgetsAt = judgeBudgets({
    budgets: job.budgets,
    services,
    complete: (hour) => used.has(hour) && !doubts.has(hour),
  });
  const burning: BurningBudget[] = [];
  const unlearnt = unlearntOf(state, HOUR_MS);
  let { unjudged } = state;
  let reason: string | undefined;
  const hours = judgePanels({
    panels,
    windowMs: HOUR_MS,
    from,
    until,
    facts: factsOf(job.tenants, state),
    signal,
    incomplete: (panel, start) => doubts.get(start) ?? missing(panel, start),
    open: () => run.open,
    unlearnt,
  });
  for (const { start, panels: judged } of hours) {
    await job.turn?.();
    reason = doubts.get(start) ?? (used.has(start) ? undefined : 'no data came');
    unjudged = reason === undefined ? 0 : unjudged + 1;
    seen.push(...judged);
    const window = policyWindow(start + HOUR_MS, judged);
    run.take(reason === undefined ? withQuiet(window, run, panels) : window);
    const budgets = budgetsAt(start + HOUR_MS);
    burning.push(...burningOf(budgets));
    run.take(budgetWindow(start + HOUR_MS, budgets, run.open));
  }
  return {
    judged: until,
    unjudged,
    reason,
    windows: Math.round((until - from) / HOUR_MS),
    unlearnt: spansOf(state, panels, unlearnt, HOUR_MS, until - HISTORY_MS),
    burning,
  };
}

/** Of a service that nobody used in an hour in which others were used, all is quiet: its incidents calm down. */
function withQuiet(
  window: ReturnType<typeof policyWindow>,
  run: PolicyRun,
  panels: readonly { readonly service: string; readonly amounts: readonly Float64Array[]; readonly start: number }[],
): ReturnType<typeof policyWindow> {
  const index = (start: number): number => Math.round((window.at - HOUR_MS - start) / HOUR_MS);
  const used = new Set(
    panels.flatMap(({ service, amounts, start }) =>
      amounts[index(start)]?.some((amount) => !Number.isNaN(amount)) === true ? [service] : [],
    ),
  );
  const quiet = run.open.flatMap(({ service }) => (used.has(service) || service.startsWith('_') ? [] : [service]));
  return { ...window, judged: new Set([...window.judged, ...quiet]) };
}

/** What is known of tenants: tiers and contracts of the project file, acknowledgements of the state. */
export function factsOf(
  tenants: readonly DetectTenant[],
  state: Pick<PolicyState, 'acknowledgements'>,
): (tenant: string, service: string) => TenantFacts {
  const known = new Map(tenants.map((tenant) => [tenant.tenant_id, tenant]));
  const acknowledged = new Map(state.acknowledgements.map((one) => [`${one.tenant_id}/${one.service}`, one]));
  return (id, service) => {
    const tenant = known.get(id);
    const expectedShare = tenant?.expected_share[service];
    const word = acknowledged.get(`${id}/${service}`);
    return {
      ...(tenant?.tier === undefined ? {} : { tier: tenant.tier }),
      ...(expectedShare === undefined ? {} : { expectedShare }),
      ...(word === undefined
        ? {}
        : { acknowledged: { share: word.share, tolerance: word.tolerance, until: word.until } }),
    };
  };
}

/** What is not learnt from, by service, of windows of one length. */
export function unlearntOf(state: PolicyState, windowMs: number): (service: string) => Unlearnt {
  const made = new Map<string, Unlearnt>();
  return (service) => {
    const known =
      made.get(service) ??
      Unlearnt.of(
        state.unlearnt.filter((span) => span.service === service && span.window_ms === windowMs),
        windowMs,
      );
    made.set(service, known);
    return known;
  };
}

/** The same as it is kept, with what of other lengths and services was kept before. */
export function spansOf(
  state: PolicyState,
  panels: readonly { readonly service: string }[],
  unlearnt: (service: string) => Unlearnt,
  windowMs: number,
  since: number,
): PolicyState['unlearnt'] {
  const services = new Set(panels.map(({ service }) => service));
  const others = state.unlearnt.filter(
    (span) => span.window_ms !== windowMs || (!services.has(span.service) && span.end > since),
  );
  const own = [...services].flatMap((service) =>
    unlearnt(service)
      .spans(windowMs, since)
      .map((span) => ({ service, window_ms: windowMs, ...span })),
  );
  return [...others, ...own];
}
