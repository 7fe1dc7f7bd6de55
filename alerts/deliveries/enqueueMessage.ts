import type { AlertMessage } from '../messages/AlertMessage.js';
import { type Delivery, type IncidentDeliveries, isFinal } from './IncidentDeliveries.js';

/** How long what is over is kept. A transition is computed again within hours, never after weeks. */
const KEPT_MS = 35 * 24 * 3_600_000;
/** Messages kept though all of their deliveries are over. */
const MESSAGES_KEPT = 3;

/**
 * Adds a message for the channels. Pure. A message that is there already is not added again, so the same transitions may be
 * enqueued however often. A resolution takes the place of what was not sent before it, and goes out in any case: it tells
 * the whole story.
 */
export function enqueueMessage(
  before: IncidentDeliveries | undefined,
  message: AlertMessage,
  channels: readonly string[],
  now: number,
): IncidentDeliveries {
  const old = before ?? empty(message.incident_id);
  const missing = channels.filter(
    (channel) => !old.deliveries.some((one) => one.channel === channel && one.message_id === message.id),
  );
  if (missing.length === 0) return old;
  const told = old.messages.some(({ id }) => id === message.id)
    ? old.messages
    : [...old.messages, { ...message, told_severity: old.messages.at(-1)?.severity ?? null }];
  const deliveries = old.deliveries.map((one): Delivery => {
    const replaced = message.event === 'resolved' && missing.includes(one.channel);
    if (!replaced || one.state !== 'pending' || one.claim !== null) return one;
    return { ...one, state: 'superseded', detail: `the incident was over before it was sent${lastWords(one)}` };
  });
  const added = missing.map(
    (channel, index): Delivery => ({
      number: old.next_number + index,
      message_id: message.id,
      channel,
      event: message.event,
      severity: message.severity,
      state: 'pending',
      detail: '',
      attempts: 0,
      unknown: false,
      created_at: now,
      since: now,
      next_at: now,
      sent_at: null,
      claim: null,
    }),
  );
  const next_number = old.next_number + added.length;
  return pruned({ ...old, next_number, messages: told, deliveries: [...deliveries, ...added] }, now);
}

/** Channels that were told of the incident, or are to be. */
export function channelsTold(of: IncidentDeliveries | undefined): readonly string[] {
  return [...new Set(of?.deliveries.map(({ channel }) => channel))];
}

function empty(incident_id: string): IncidentDeliveries {
  return { version: 1, incident_id, next_number: 1, messages: [], deliveries: [] };
}

const lastWords = ({ detail }: Delivery): string => (detail === '' ? '' : `; ${detail}`);

/** An incident of months must not grow without end: a store may take no more than 400 KB of it. */
function pruned(of: IncidentDeliveries, now: number): IncidentDeliveries {
  const deliveries = of.deliveries.filter((one) => !isFinal(one) || now - one.created_at < KEPT_MS);
  const needed = new Set(
    deliveries.filter((one) => !isFinal(one) || one.state === 'failed').map(({ message_id }) => message_id),
  );
  const messages = of.messages.filter(({ id }, index) => needed.has(id) || index >= of.messages.length - MESSAGES_KEPT);
  return { ...of, deliveries, messages };
}
