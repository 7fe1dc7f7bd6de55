import { byUrgency, type Extent, HOUR_MS, type Incident, type Severity } from '../../model/index.js';
import { shortId } from '../shortId.js';
import type { Transition, TransitionKind } from './Transition.js';

/** What detection says in one window about one tenant and service, or about the fleet. */
export interface Observation {
  readonly kind: Incident['kind'];
  readonly tenant_id: string;
  readonly service: string;
  readonly direction: Incident['direction'];
  readonly severity: Severity;
  /** Back to ordinary: p above 0.2 and less than 1.5 times what was expected. */
  readonly calm: boolean;
  readonly extent: Extent;
  readonly sentence: string;
}

/** One judged window of the services named. */
export interface PolicyWindow {
  /** End of the window, epoch milliseconds. */
  readonly at: number;
  /** Services that were judged in it: of the others nothing can be said to have calmed down. */
  readonly judged: ReadonlySet<string>;
  /**
   * Keys of the budgets that were judged, in a window that is about budgets: it speaks of these and nothing else. Every other
   * window says nothing of budgets.
   */
  readonly budgets?: ReadonlySet<string>;
  /** Of these, those in which no tenant was named, since too many stood out: nothing is said of any then. */
  readonly unnamed?: ReadonlySet<string>;
  /** It can only raise: what it does not speak of stands as it was. Short windows are such. */
  readonly raisesOnly?: boolean;
  readonly observations: readonly Observation[];
}

/** The open incidents after a window, those it resolved, and what happened. */
export interface Advanced {
  readonly open: readonly Incident[];
  readonly resolved: readonly Incident[];
  readonly transitions: readonly Transition[];
}

/** Calm windows after which an incident is over; once more for each time it came back, up to the most. */
const CALM_WINDOWS = 3;
const MOST_CALM_WINDOWS = 12;
/** What comes back so soon after it resolved is the same incident. */
const REOPEN_MS = 6 * HOUR_MS;
const TURNS_MS = 24 * HOUR_MS;
const GROWTH = 1.5;
const REMINDER_MS: Readonly<Record<Severity, number>> = { PAGE: 4 * HOUR_MS, TICKET: 24 * HOUR_MS, INFO: Infinity };

/** The key of an incident: one is open at a time. A budget has one beside the tenant's own: the two end for themselves. */
export function incidentKey(of: Pick<Observation, 'kind' | 'tenant_id' | 'service' | 'direction'>): string {
  return `${of.tenant_id}/${of.service}/${of.kind === 'budget' ? 'budget' : of.direction}`;
}

/**
 * Moves incidents on by one window: opens at TICKET or PAGE, keeps the worst severity while open, resolves after three calm
 * windows, and after more of them when it came back before. What comes back within six hours is the same incident again.
 * Pure, and a function of the incidents and the window: a window that was taken before changes nothing.
 *
 * @param lately incidents that resolved a while ago; of one key the last counts
 */
export function advanceIncidents(
  open: readonly Incident[],
  window: PolicyWindow,
  lately: readonly Incident[] = [],
): Advanced {
  const { at } = window;
  const observed = new Map(window.observations.map((one) => [incidentKey(one), one]));
  const standing: Incident[] = [];
  const resolved: Incident[] = [];
  const transitions: Transition[] = [];
  for (const incident of open) {
    const observation = observed.get(incident.key);
    observed.delete(incident.key);
    const calm = observation === undefined || observation.calm;
    if (incident.updated_at >= at || !speaksOf(window, incident) || (calm && window.raisesOnly === true)) {
      standing.push(incident);
      continue;
    }
    const next = calm ? calmed(incident, at) : held(incident, observation);
    const kind = kindOf(incident, next, at);
    if (next.state === 'resolved') resolved.push(next);
    else standing.push(next);
    if (kind !== undefined) transitions.push(transitionOf(kind, at, next));
  }
  const before = new Map(lately.map((incident) => [incident.key, incident]));
  for (const observation of observed.values()) {
    if (observation.severity === 'INFO' || observation.calm) continue;
    const last = before.get(incidentKey(observation));
    if (last !== undefined && last.updated_at >= at) continue;
    const again = last !== undefined && at - (last.resolved_at ?? 0) <= REOPEN_MS;
    const incident = again ? reopened(last, observation, at) : opened(observation, at);
    standing.push(incident);
    transitions.push(transitionOf('opened', at, incident));
  }
  return { open: standing.sort(byKey), resolved, transitions };
}

function speaksOf({ judged, unnamed, budgets }: PolicyWindow, { kind, key, service, tenant_id }: Incident): boolean {
  if (budgets !== undefined || kind === 'budget') return kind === 'budget' && budgets?.has(key) === true;
  return judged.has(service) && (tenant_id === '_fleet' || unnamed?.has(service) !== true);
}

/** The incident as it was, open once more: its peak, its windows and its turns go on. */
function reopened(last: Incident, observation: Observation, at: number): Incident {
  const { closed: _, ...before } = held(last, observation);
  return {
    ...before,
    kind: observation.kind,
    state: 'open',
    severity: observation.severity,
    updated_at: at,
    resolved_at: null,
    notified: null,
    turns: turned(last, at),
  };
}

/** The turns of the last day with one more. */
const turned = ({ turns }: Incident, at: number): number[] => [...turns.filter((turn) => at - turn < TURNS_MS), at];

function opened(observation: Observation, at: number): Incident {
  const key = incidentKey(observation);
  return {
    version: 1,
    key,
    id: shortId(key, at),
    kind: observation.kind,
    tenant_id: observation.tenant_id,
    service: observation.service,
    direction: observation.direction,
    state: 'open',
    severity: observation.severity,
    opened_at: at,
    updated_at: at,
    resolved_at: null,
    windows: 1,
    calm_windows: 0,
    peak: observation.extent,
    last: observation.extent,
    sentence: observation.sentence,
    notified: null,
    turns: [at],
    acknowledged: null,
  };
}

function held(incident: Incident, observation: Observation): Incident {
  const { extent, sentence, severity } = observation;
  const worse = byUrgency(severity, incident.severity) < 0;
  return {
    ...incident,
    // What was a missing tier an hour ago may be a storm: it is what it is at its worst.
    ...(worse ? { severity, kind: observation.kind } : {}),
    updated_at: extent.at,
    windows: incident.windows + 1,
    calm_windows: 0,
    peak: extent.amount > incident.peak.amount ? extent : incident.peak,
    last: extent,
    sentence,
  };
}

function calmed(incident: Incident, at: number): Incident {
  const calm = incident.calm_windows + 1;
  // Opened, resolved, opened: two turns a time it came back. One that flaps is not resolved at the first quiet.
  const cameBack = Math.floor(incident.turns.filter((turn) => at - turn < TURNS_MS).length / 2);
  const needed = Math.min(CALM_WINDOWS * (1 + cameBack), MOST_CALM_WINDOWS);
  if (calm < needed) return { ...incident, updated_at: at, calm_windows: calm };
  return {
    ...incident,
    updated_at: at,
    calm_windows: calm,
    state: 'resolved',
    resolved_at: at,
    turns: turned(incident, at),
  };
}

/** What of a step is worth telling: the weightiest. */
function kindOf(before: Incident, after: Incident, at: number): TransitionKind | undefined {
  if (after.state === 'resolved') return 'resolved';
  if (after.calm_windows > 0) return undefined;
  const told = before.notified;
  // Held back when it opened or got worse, and still going on: it is news as soon as nothing holds it back any more.
  if (told === null) return 'opened';
  if (byUrgency(after.severity, told.severity) < 0) return 'escalated';
  // A pipeline that is behind falls further behind by itself, and a budget's long window fills: a severity says it, not growth.
  if (after.kind !== 'pipeline' && after.kind !== 'budget' && after.last.amount >= GROWTH * told.amount) return 'grew';
  return at - told.at >= REMINDER_MS[after.severity] && after.acknowledged === null ? 'reminder' : undefined;
}

/** A transition, with the id it has whoever computes it. */
export function transitionOf(kind: TransitionKind, at: number, incident: Incident): Transition {
  return { id: shortId(incident.id, kind, at), kind, at, incident };
}

const byKey = (a: Incident, b: Incident): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
