import { createHash } from 'node:crypto';
import { type Extent, HOUR_MS, type Incident, type Severity } from '../../model/index.js';
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
  readonly observations: readonly Observation[];
}

/** The open incidents after a window, those it resolved, and what happened. */
export interface Advanced {
  readonly open: readonly Incident[];
  readonly resolved: readonly Incident[];
  readonly transitions: readonly Transition[];
}

/** Calm windows after which an incident is over. */
const CALM_WINDOWS = 3;
const GROWTH = 1.5;
const REMINDER_MS: Readonly<Record<Severity, number>> = { PAGE: 4 * HOUR_MS, TICKET: 24 * HOUR_MS, INFO: Infinity };
const ORDER: Readonly<Record<Severity, number>> = { INFO: 0, TICKET: 1, PAGE: 2 };

/** The key of an incident: one is open at a time. */
export function incidentKey(of: Pick<Observation, 'tenant_id' | 'service' | 'direction'>): string {
  return `${of.tenant_id}/${of.service}/${of.direction}`;
}

/**
 * Moves incidents on by one window: opens at TICKET or PAGE, keeps the worst severity while open, resolves after three calm
 * windows. Pure, and a function of the open incidents and the window: a window that was taken before changes nothing.
 */
export function advanceIncidents(open: readonly Incident[], window: PolicyWindow): Advanced {
  const observed = new Map(window.observations.map((one) => [incidentKey(one), one]));
  const standing: Incident[] = [];
  const resolved: Incident[] = [];
  const transitions: Transition[] = [];
  for (const incident of open) {
    const observation = observed.get(incident.key);
    observed.delete(incident.key);
    if (incident.updated_at >= window.at || !window.judged.has(incident.service)) {
      standing.push(incident);
      continue;
    }
    const next =
      observation === undefined || observation.calm ? calmed(incident, window.at) : held(incident, observation);
    const [kind] = kindsOf(incident, next, window.at);
    if (next.state === 'resolved') resolved.push(next);
    else standing.push(next);
    if (kind !== undefined) transitions.push(transition(kind, window.at, next));
  }
  for (const observation of observed.values()) {
    if (ORDER[observation.severity] < ORDER.TICKET || observation.calm) continue;
    const incident = opened(observation, window.at);
    standing.push(incident);
    transitions.push(transition('opened', window.at, incident));
  }
  return { open: standing.sort(byKey), resolved, transitions };
}

function opened(observation: Observation, at: number): Incident {
  const key = incidentKey(observation);
  return {
    version: 1,
    key,
    id: hash(`${key}\n${at}`),
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
  return {
    ...incident,
    severity: ORDER[severity] > ORDER[incident.severity] ? severity : incident.severity,
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
  if (calm < CALM_WINDOWS) return { ...incident, updated_at: at, calm_windows: calm };
  return { ...incident, updated_at: at, calm_windows: calm, state: 'resolved', resolved_at: at };
}

/** What of a step is worth telling; the first is told. */
function kindsOf(before: Incident, after: Incident, at: number): readonly TransitionKind[] {
  if (after.state === 'resolved') return ['resolved'];
  const told = before.notified;
  const kinds: TransitionKind[] = [];
  if (ORDER[after.severity] > ORDER[before.severity]) kinds.push('escalated');
  if (told === null || after.calm_windows > 0) return kinds;
  if (after.last.amount >= GROWTH * told.amount) kinds.push('grew');
  if (at - told.at >= REMINDER_MS[after.severity] && after.acknowledged === null) kinds.push('reminder');
  return kinds;
}

function transition(kind: TransitionKind, at: number, incident: Incident): Transition {
  return { id: hash(`${incident.id}\n${kind}\n${at}`), kind, at, incident };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const byKey = (a: Incident, b: Incident): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
