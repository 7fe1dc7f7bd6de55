import { HOUR_MS, type Incident, type Silence } from '../../model/index.js';
import { advanceIncidents, type PolicyWindow } from './advanceIncidents.js';
import { type MaintenanceWindow, type NotificationPlan, planNotifications } from './planNotifications.js';
import type { Transition, TransitionKind } from './Transition.js';

/** What the policy remembers from run to run. Instants are epoch milliseconds. */
export interface PolicyMemory {
  readonly open: readonly Incident[];
  /** Resolved ones, oldest first, as far back as they are kept. */
  readonly resolved: readonly Incident[];
  /** When pages were sent, and when the summary of more of them was. */
  readonly pages: readonly number[];
  readonly summaries: readonly number[];
}

/** What one run decides by, besides windows and memory. */
export interface PolicySettings {
  /** Now. */
  readonly at: number;
  readonly silences: readonly Silence[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly pagesPerHour: number;
}

/** A policy that has seen nothing. */
export const NO_MEMORY: PolicyMemory = { open: [], resolved: [], pages: [], summaries: [] };

const WEIGHT: readonly TransitionKind[] = ['opened', 'escalated', 'grew', 'reminder'];

/**
 * One run of the policy: takes windows in their order, then decides what is told of them. A run tells of an incident once, as
 * it is at its end: of one that opened and resolved in hours that were missed nobody is told. Windows that were taken before
 * change nothing.
 */
export class PolicyRun {
  readonly #before: PolicyMemory;
  readonly #transitions: Transition[] = [];
  readonly #resolved: Incident[];
  #open: readonly Incident[];

  constructor(memory: PolicyMemory) {
    this.#before = memory;
    this.#open = memory.open;
    this.#resolved = [...memory.resolved];
  }

  /** The incidents that are open after the windows taken so far. */
  get open(): readonly Incident[] {
    return this.#open;
  }

  take(window: PolicyWindow): void {
    const step = advanceIncidents(this.#open, window, this.#resolved);
    this.#open = step.open;
    this.#resolved.push(...step.resolved);
    const open = new Set(step.open.map(({ id }) => id));
    // What came back is open again, and not among the resolved any more.
    for (let at = this.#resolved.length - 1; at >= 0; at -= 1)
      if (open.has(this.#resolved[at]?.id ?? '')) this.#resolved.splice(at, 1);
    this.#transitions.push(...step.transitions);
  }

  decide({ at, pagesPerHour, maintenance, silences }: PolicySettings): PolicyDecision {
    const open = this.#open;
    const memory = this.#before;
    const resolved = this.#resolved;
    const plan = planNotifications(netOf(this.#transitions, memory.open, [...open, ...resolved]), {
      at,
      silences,
      maintenance,
      pagesPerHour,
      pipelineStale: open.some(({ kind }) => kind === 'pipeline'),
      open,
      pagesLastHour: memory.pages.filter((sent) => at - sent < HOUR_MS).length,
      summaryLastHour: memory.summaries.some((sent) => at - sent < HOUR_MS),
    });
    const told = plan.notifications.flatMap(({ transition, held }) => (held === undefined ? [transition] : []));
    const ids = new Set(told.map(({ incident }) => incident.id));
    const pages = told.filter(({ kind, incident }) => kind !== 'resolved' && incident.severity === 'PAGE');
    const lately = (sent: readonly number[]): readonly number[] => sent.filter((instant) => at - instant < HOUR_MS);
    return {
      memory: {
        open: open.map((incident) => (ids.has(incident.id) ? notified(incident, at) : incident)),
        resolved,
        pages: [...lately(memory.pages), ...pages.map(() => at)],
        summaries: [...lately(memory.summaries), ...(plan.more === undefined ? [] : [at])],
      },
      plan,
    };
  }
}

/** What a run came to. */
export interface PolicyDecision {
  readonly memory: PolicyMemory;
  readonly plan: NotificationPlan;
}

/** Of each incident the one transition that stands at the end, with the incident as it is then. */
function netOf(
  transitions: readonly Transition[],
  before: readonly Incident[],
  after: readonly Incident[],
): readonly Transition[] {
  const told = new Map(before.map(({ id, notified: last }) => [id, last]));
  const last = new Map(after.map((incident) => [incident.id, incident]));
  const groups = new Map<string, Transition[]>();
  for (const one of transitions) groups.set(one.incident.id, [...(groups.get(one.incident.id) ?? []), one]);
  return [...groups].flatMap(([id, group]): Transition[] => {
    const incident = last.get(id);
    if (incident === undefined) return [];
    const wanted: readonly TransitionKind[] = incident.state === 'resolved' ? ['resolved'] : WEIGHT;
    const [kind] = wanted.filter((one) => group.some((transition) => transition.kind === one));
    const found = group.findLast((transition) => transition.kind === kind);
    if (found === undefined) return [];
    // What came back and went again within the run was still told of before it.
    return [{ ...found, incident: { ...incident, notified: incident.notified ?? told.get(id) ?? null } }];
  });
}

function notified(incident: Incident, at: number): Incident {
  const count = (incident.notified?.count ?? 0) + 1;
  return { ...incident, notified: { at, severity: incident.severity, amount: incident.last.amount, count } };
}
