import { isoInstant } from '../../model/index.js';
import type { DeliveryStore } from './DeliveryStore.js';
import {
  type Delivery,
  type DeliveryState,
  deliveryId,
  type IncidentDeliveries,
  isFinal,
} from './IncidentDeliveries.js';

/** A delivery as it is shown. Instants are ISO 8601, UTC. */
export interface DeliveryRow {
  readonly id: string;
  readonly state: DeliveryState;
  readonly channel: string;
  readonly event: string;
  readonly severity: string;
  /** What it tells; null when that is no longer kept. */
  readonly headline: string | null;
  readonly attempts: number;
  readonly created_at: string;
  readonly sent_at: string | null;
  /** When it is tried, or told, next; null when it is over. */
  readonly next_at: string | null;
  /** What the receiver calls it, or why it is where it is. */
  readonly detail: string;
}

/** Deliveries that were enqueued since, the newest first, and all that are not over. Throws what the store throws. */
export async function listDeliveries(store: DeliveryStore, since: number): Promise<readonly DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  for (const incidentId of new Set([...(await store.open()).keys(), ...(await store.since(since))])) {
    const of = await store.read(incidentId);
    for (const one of of?.deliveries ?? [])
      if (of !== undefined && (one.created_at >= since || !isFinal(one))) rows.push(rowOf(of, one));
  }
  return rows.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
}

/** One delivery by its id; undefined when there is none. */
export async function readDelivery(store: DeliveryStore, id: string): Promise<DeliveryRow | undefined> {
  const of = await store.read(id.slice(0, id.lastIndexOf(':')));
  const one = of?.deliveries.find((delivery) => deliveryId(of, delivery) === id);
  return of === undefined || one === undefined ? undefined : rowOf(of, one);
}

function rowOf(of: IncidentDeliveries, one: Delivery): DeliveryRow {
  return {
    id: deliveryId(of, one),
    state: one.state,
    channel: one.channel,
    event: one.event,
    severity: one.severity,
    headline: of.messages.find(({ id }) => id === one.message_id)?.headline ?? null,
    attempts: one.attempts,
    created_at: isoInstant(one.created_at),
    sent_at: one.sent_at === null ? null : isoInstant(one.sent_at),
    next_at: isFinal(one) ? null : isoInstant(one.next_at),
    detail: one.detail,
  };
}
