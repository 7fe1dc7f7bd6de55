import { byUrgency, HOUR_MS, type Incident, type Silence } from '../../model/index.js';
import type { Transition } from './Transition.js';

/** What decides besides the transitions themselves. */
export interface NotificationContext {
  /** Now: the end of the window, or later when the run is late; epoch milliseconds. */
  readonly at: number;
  readonly silences: readonly Silence[];
  readonly maintenance: readonly MaintenanceWindow[];
  /** The pipeline itself is behind or broken: what it says of tenants is not to be trusted. */
  readonly pipelineStale: boolean;
  /** Incidents that are open now, for what inhibits and what is collapsed. */
  readonly open: readonly Incident[];
  /** Pages sent in the last hour, the summary of more not counted, and whether that was sent. */
  readonly pagesLastHour: number;
  readonly summaryLastHour: boolean;
  readonly pagesPerHour: number;
}

/** A span in which nothing is sent, for one service or for all. */
export interface MaintenanceWindow {
  readonly service?: string;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

/** Why a transition is not sent. */
export type HeldReason =
  | 'info'
  | 'silenced'
  | 'maintenance'
  | 'pipeline_stale'
  | 'part_of_storm'
  | 'flapping'
  | 'page_cap'
  | 'never_told';

/** A transition with what becomes of it. */
export interface Notification {
  readonly transition: Transition;
  /** Undefined when it is sent. */
  readonly held: HeldReason | undefined;
}

/** What goes out of one window. */
export interface NotificationPlan {
  readonly notifications: readonly Notification[];
  /** Pages beyond the hour's cap, told as one: how many, and the largest of them. */
  readonly more: { readonly id: string; readonly count: number; readonly largest: readonly Incident[] } | undefined;
}

/** Transitions of one incident in an hour from which it is flapping. */
const FLAPPING = 4;
const LARGEST = 5;
/** Pages an hour when nothing else is said. */
export const PAGES_PER_HOUR = 5;

/**
 * Decides what of a window's transitions is sent. Pages first, the largest share first, so that a cap cuts the least. What
 * nobody was told of is not resolved to anybody; what was told is always resolved, silence or not: a page that never
 * clears is worse than one too many.
 */
export function planNotifications(transitions: readonly Transition[], context: NotificationContext): NotificationPlan {
  const ordered = [...transitions].sort(
    (a, b) =>
      byUrgency(a.incident.severity, b.incident.severity) ||
      b.incident.last.share - a.incident.last.share ||
      (a.id < b.id ? -1 : 1),
  );
  const stormy = new Set(context.open.flatMap(({ kind, service }) => (kind === 'systemic' ? [service] : [])));
  let pages = context.pagesLastHour;
  const capped: Incident[] = [];
  const notifications = ordered.map((transition): Notification => {
    const { incident, kind } = transition;
    if (kind === 'resolved') return { transition, held: incident.notified === null ? 'never_told' : undefined };
    const held = heldBy(transition, context, stormy);
    if (held !== undefined) return { transition, held };
    if (incident.severity !== 'PAGE') return { transition, held: undefined };
    // The fleet's own incidents are what a storm is told as; they are never what the cap cuts.
    if (incident.tenant_id !== '_fleet' && pages >= context.pagesPerHour) {
      capped.push(incident);
      return { transition, held: 'page_cap' };
    }
    pages += 1;
    return { transition, held: undefined };
  });
  if (capped.length === 0 || context.summaryLastHour) return { notifications, more: undefined };
  const hour = Math.floor(context.at / HOUR_MS);
  return { notifications, more: { id: `more/${hour}`, count: capped.length, largest: capped.slice(0, LARGEST) } };
}

function heldBy(
  { incident, kind, at }: Transition,
  context: NotificationContext,
  stormy: ReadonlySet<string>,
): HeldReason | undefined {
  if (incident.severity === 'INFO') return 'info';
  if (context.maintenance.some((window) => covers(window, incident.service, at))) return 'maintenance';
  if (context.silences.some((silence) => matches(silence, incident, context.at))) return 'silenced';
  if (incident.kind === 'noisy_tenant' && context.pipelineStale) return 'pipeline_stale';
  if (incident.kind === 'noisy_tenant' && stormy.has(incident.service)) return 'part_of_storm';
  const turns = incident.turns.filter((turn) => at - turn < HOUR_MS).length;
  return kind === 'opened' && turns > FLAPPING ? 'flapping' : undefined;
}

function covers({ service, start, end }: MaintenanceWindow, of: string, at: number): boolean {
  return (service === undefined || service === of) && at >= start && at < end;
}

function matches({ match, starts_at, ends_at }: Silence, incident: Incident, at: number): boolean {
  if (at < starts_at || at >= ends_at) return false;
  return (
    (match.tenant_id === undefined || match.tenant_id === incident.tenant_id) &&
    (match.service === undefined || match.service === incident.service) &&
    (match.severity === undefined || match.severity === incident.severity) &&
    (match.kind === undefined || match.kind === incident.kind)
  );
}
