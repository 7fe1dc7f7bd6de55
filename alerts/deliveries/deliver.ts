import { type AlertRoute, HOUR_MS, type Incident } from '../../model/index.js';
import type { AlertMessage } from '../messages/AlertMessage.js';
import {
  acknowledgement,
  type IncidentFacts,
  type MessageSettings,
  messageOfTransition,
} from '../messages/messageOfTransition.js';
import { MORE_INCIDENT, moreMessage, noMoreMessage } from '../messages/moreMessage.js';
import type { NotificationPlan } from '../policy/planNotifications.js';
import { channelsFor } from './channelsFor.js';
import { type DeliveryParts, type DeliveryReport, deliverDue } from './deliverDue.js';
import { channelsTold, enqueueMessage } from './enqueueMessage.js';

/** What notifications are delivered with. */
export interface DeliverParts extends DeliveryParts {
  readonly routes: readonly AlertRoute[];
  readonly messages: MessageSettings;
  /** What is known of an incident besides itself: plan, name, further figures, next steps. */
  readonly facts: (incident: Incident) => IncidentFacts;
  /** The picture of an incident; absent where none are kept. Never throws. */
  readonly picture?: (incidentId: string) => Promise<AlertMessage['picture']>;
}

/** What was put on its way. */
export interface Enqueued {
  /** Messages put on their way, each to one channel or more. */
  readonly enqueued: number;
  /** Ids of messages that no route sends anywhere. */
  readonly unrouted: readonly string[];
}

/** What became of the notifications of one run. */
export interface NotificationReport extends DeliveryReport, Enqueued {}

/**
 * Puts what a plan sends on its way and delivers what is due, also of runs before. A plan may be handed in again: what was
 * enqueued already is recognised by its ids. Throws what the store throws.
 */
export async function deliver(plan: NotificationPlan, parts: DeliverParts): Promise<NotificationReport> {
  const enqueued = await enqueueNotifications(plan, parts);
  return { ...(await deliverDue(parts)), ...enqueued };
}

/**
 * Takes on what a plan sends: once this has returned, `deliverDue` of this run or a later one sends it. Whoever made the plan
 * keeps it until then. Throws what the store throws.
 */
export async function enqueueNotifications(plan: NotificationPlan, parts: DeliverParts): Promise<Enqueued> {
  const now = parts.clock();
  const sent = plan.notifications.filter(({ held }) => held === undefined).map(({ transition }) => transition);
  // The plan has the most urgent first; what is enqueued later is sent later, so here an incident's own order counts.
  const messages: AlertMessage[] = [];
  for (const transition of [...sent].sort((a, b) => a.at - b.at)) {
    const message = messageOfTransition(transition, parts.facts(transition.incident), parts.messages);
    messages.push(await withPicture(message, parts));
  }
  if (plan.more !== undefined) messages.push(moreMessage(plan.more, now, parts.messages.environment));
  else messages.push(...(await endOfMore(now, parts)));
  return enqueueAll(messages, parts);
}

/** The message with its incident's picture, where it tells of something that goes on. */
async function withPicture(message: AlertMessage, { picture }: DeliverParts): Promise<AlertMessage> {
  const found = message.event === 'resolved' ? undefined : await picture?.(message.incident_id);
  if (found === undefined) return message;
  const link = found.url === undefined ? [] : [{ name: 'picture_url', text: 'Picture', url: found.url }];
  return { ...message, picture: found, links: [...message.links, ...link] };
}

/** Tells the channels that know of an incident that somebody has taken it up, and delivers what is due. */
export async function deliverAcknowledgement(incident: Incident, parts: DeliverParts): Promise<NotificationReport> {
  const message = acknowledgement(incident, parts.facts(incident), parts.messages);
  const enqueued = await enqueueAll([message], parts);
  return { ...(await deliverDue(parts)), ...enqueued };
}

/** Puts messages on their way, in this order. */
async function enqueueAll(messages: readonly AlertMessage[], parts: DeliverParts): Promise<Enqueued> {
  const { store, channels, routes, clock } = parts;
  await store.markOpen([...new Set(messages.map(({ incident_id }) => incident_id))], clock());
  const unrouted: string[] = [];
  for (const message of messages) {
    // What tells of the end, or of who works on it, goes where the rest went; the rest goes there, too.
    const follows = message.event === 'resolved' || message.event === 'acknowledged';
    const routed = follows ? [] : channelsFor(message, routes);
    let all: readonly string[] = [];
    await store.change(message.incident_id, (before) => {
      const told = channelsTold(before).filter((name) => channels.has(name));
      all = [...new Set([...told, ...routed])];
      return all.length === 0 ? before : enqueueMessage(before, message, all, clock());
    });
    if (all.length === 0) unrouted.push(message.id);
  }
  return { enqueued: messages.length - unrouted.length, unrouted };
}

/** The page of held-back pages is over when an hour went by without one. */
async function endOfMore(now: number, { store }: DeliverParts): Promise<readonly AlertMessage[]> {
  const last = (await store.read(MORE_INCIDENT))?.messages.at(-1);
  if (last === undefined || last.event === 'resolved' || now - last.at < HOUR_MS) return [];
  return [noMoreMessage(last, now)];
}
