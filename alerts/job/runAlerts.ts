import { AppError, HOUR_MS } from '../../model/index.js';
import type { BurningBudget } from '../budgets/judgeBudgets.js';
import type { Gauges } from '../messages/metricData.js';
import { PolicyRun } from '../policy/PolicyRun.js';
import type { NotificationPlan } from '../policy/planNotifications.js';
import type { JudgedPanel } from '../policy/policyWindow.js';
import type { Parcel, PolicyState } from '../state/PolicyState.js';
import type { SeenState } from '../state/policyStore.js';
import type { AlertsJob } from './AlertsJob.js';
import { explainBudget } from './explainBudget.js';
import { explainIncident } from './explainIncident.js';
import { judgeHours } from './judgeHours.js';
import { judgeRecent } from './judgeRecent.js';
import { deliverOutbox, parcelOf } from './outbox.js';
import { pipelineWindow } from './pipelineWindow.js';

/** What one run did. Instants are epoch milliseconds, UTC. */
export interface AlertsSummary {
  readonly at: number;
  /** Windows judged by this run, and how far all runs have come. */
  readonly hours: number;
  readonly recent: number;
  readonly judged: PolicyState['judged'];
  readonly open: number;
  /** What was decided, with what is held back and why; empty when another run was faster. */
  readonly plan: NotificationPlan;
  /** Plans handed over, those of an earlier run that could not included. */
  readonly delivered: number;
}

/** Resolved incidents and feedback that are kept, the last; and for how long what expired is. */
const MOST_RESOLVED = 500;
const MOST_FEEDBACK = 2000;
const KEPT_MS = 90 * 24 * HOUR_MS;
const TRIES = 5;

/**
 * One run of the alerting job: reads the state, judges what came since, decides, writes the state with what is to be sent in one
 * conditional write, hands that over, and takes it out of the state. Of two runs at once one writes, and the other finds nothing
 * left to do; a run that dies in between is finished by the next. Throws what the source, the store and `deliver` throw; then no
 * heartbeat is sent.
 */
export async function runAlerts(job: AlertsJob): Promise<AlertsSummary> {
  const at = job.clock();
  let decided: Decided | undefined;
  for (let tried = 0; tried < TRIES && decided === undefined; tried += 1) {
    decided = await decide(job, await job.store.read(), at);
  }
  if (decided === undefined) {
    throw new AppError('LAKE_BUSY', 'other runs of the job write its state all the time', {
      where: job.store.name,
      hint: 'they judge the same windows; nothing is lost',
    });
  }
  const { summary, own, gauges } = decided;
  const delivered = await deliverOutbox(job, at, own);
  await job.afterwards?.(gauges);
  await job.heartbeat(at);
  return { ...summary, delivered };
}

interface Decided {
  readonly summary: AlertsSummary;
  /** What it wrote to be sent. */
  readonly own: readonly Parcel[];
  readonly gauges: Gauges;
}

/** Undefined when another run has written meanwhile. */
async function decide(job: AlertsJob, seen: SeenState, at: number): Promise<Decided | undefined> {
  const { state } = seen;
  const run = new PolicyRun(state);
  const verdicts: JudgedPanel[] = [];
  const hours = await judgeHours(job, state, run, at, verdicts);
  const recent = await judgeRecent(job, { ...state, unlearnt: hours.unlearnt }, run, at, verdicts);
  if (hours.judged !== null) {
    run.take(pipelineWindow(at, { judged: hours.judged, unjudged: hours.unjudged, reason: hours.reason }));
  }
  const { maintenance, pagesPerHour } = job.settings;
  const decision = run.decide({ at, silences: state.silences, maintenance, pagesPerHour });
  const plan = await explainPlan(job, decision.plan, verdicts, [...hours.burning, ...recent.burning]);
  const explained = new Map(
    plan.notifications.map(({ transition: { incident } }) => [incident.id, incident.finding] as const),
  );
  const own = parcelOf(plan, at);
  const next: PolicyState = {
    ...state,
    judged: { hourly: hours.judged, recent: recent.judged },
    unjudged: hours.unjudged,
    unlearnt: recent.unlearnt,
    open: decision.memory.open.map((incident) => {
      const finding = explained.get(incident.id) ?? incident.finding;
      return finding === undefined ? incident : { ...incident, finding };
    }),
    resolved: decision.memory.resolved.slice(-MOST_RESOLVED),
    feedback: state.feedback.slice(-MOST_FEEDBACK),
    silences: state.silences.filter(({ ends_at }) => at - ends_at < KEPT_MS),
    acknowledgements: state.acknowledgements.filter(({ until }) => at - until < KEPT_MS),
    pages: [...decision.memory.pages],
    summaries: [...decision.memory.summaries],
    outbox: [...state.outbox, ...own],
  };
  const summary = {
    at,
    hours: hours.windows,
    recent: recent.windows,
    judged: next.judged,
    open: next.open.length,
    plan,
    delivered: 0,
  };
  const gauges = gaugesOf(at, next, verdicts);
  if (JSON.stringify(next) === JSON.stringify(state)) return { summary, own: [], gauges };
  if ((await job.store.write(next, seen)) === undefined) return undefined;
  const told = plan.notifications.filter(
    ({ transition, held }) => held === undefined && transition.kind !== 'resolved',
  );
  await job.keepPictures?.(
    told.map(({ transition }) => transition.incident),
    verdicts,
  );
  return { summary, own, gauges };
}

/** The shares of each service, of its first panel, in the last hour that this run judged; none of a run that judged no hour. */
function gaugesOf(at: number, { judged, open }: PolicyState, verdicts: readonly JudgedPanel[]): Gauges {
  const services = new Map<string, ReadonlyMap<string, number>>();
  for (const { panel, window } of verdicts) {
    if (panel.windowMs !== HOUR_MS || window.start + HOUR_MS !== judged.hourly || services.has(panel.service)) continue;
    services.set(panel.service, new Map(window.tenants.map(({ evidence }) => [evidence.tenant, evidence.share])));
  }
  return {
    at: judged.hourly ?? at,
    open,
    services: [...services].map(([service, shares]) => ({ service, shares })),
  };
}

/** The plan with every incident that is told of explained; what is held back is not asked about. */
async function explainPlan(
  job: AlertsJob,
  plan: NotificationPlan,
  verdicts: readonly JudgedPanel[],
  burning: readonly BurningBudget[],
): Promise<NotificationPlan> {
  const notifications = [];
  for (const one of plan.notifications) {
    const { transition, held } = one;
    const { incident, kind } = transition;
    if (held !== undefined || kind === 'resolved') notifications.push(one);
    else {
      const told =
        incident.kind === 'budget' ? explainBudget(incident, burning) : await explainIncident(job, incident, verdicts);
      notifications.push({ transition: { ...transition, incident: told }, held });
    }
  }
  return { ...plan, notifications };
}
