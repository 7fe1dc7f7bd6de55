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
}

/** What became of the notifications of one run. */
export interface NotificationReport extends DeliveryReport {
  /** Messages put on their way, each to one channel or more. */
  readonly enqueued: number;
  /** Ids of transitions that no route sends anywhere. */
  readonly unrouted: readonly string[];
}

/**
 * Puts what a plan sends on its way and delivers what is due, also of runs before. Only when this has returned may the state
 * that the plan was made of be saved: a run that is killed before makes the same transitions again, and what was enqueued
 * already is recognised by their ids. Throws what the store throws.
 */
export async function deliver(plan: NotificationPlan, parts: DeliverParts): Promise<NotificationReport> {
  const now = parts.clock();
  const sent = plan.notifications.filter(({ held }) => held === undefined).map(({ transition }) => transition);
  // The plan has the most urgent first; what is enqueued later is sent later, so here an incident's own order counts.
  const inOrder = [...sent].sort((a, b) => a.at - b.at);
  const unrouted: string[] = [];
  let enqueued = 0;
  const put = async (message: AlertMessage): Promise<void> => {
    if (await enqueue(message, parts)) enqueued += 1;
    else unrouted.push(message.id);
  };
  for (const transition of inOrder)
    await put(messageOfTransition(transition, parts.facts(transition.incident), parts.messages));
  if (plan.more !== undefined) await put(moreMessage(plan.more, now, parts.messages.environment));
  else await endMore(now, parts);
  return { ...(await deliverDue(parts)), enqueued, unrouted };
}

/** Tells the channels that know of an incident that somebody has taken it up, and delivers what is due. */
export async function deliverAcknowledgement(incident: Incident, parts: DeliverParts): Promise<NotificationReport> {
  const message = acknowledgement(incident, parts.facts(incident), parts.messages);
  const told = await enqueue(message, parts);
  return { ...(await deliverDue(parts)), enqueued: told ? 1 : 0, unrouted: told ? [] : [message.id] };
}

/** False when it goes nowhere. What tells of the end, or of who works on it, goes where the rest went; the rest goes there, too. */
async function enqueue(message: AlertMessage, parts: DeliverParts): Promise<boolean> {
  const { store, channels, routes, clock } = parts;
  const told = channelsTold(await store.read(message.incident_id)).filter((name) => channels.has(name));
  const follows = message.event === 'resolved' || message.event === 'acknowledged';
  const all = new Set([...told, ...(follows ? [] : channelsFor(message, routes))]);
  if (all.size === 0) return false;
  await store.markOpen(message.incident_id, clock());
  await store.change(message.incident_id, (before) => enqueueMessage(before, message, [...all], clock()));
  return true;
}

/** The page of held-back pages is over when an hour went by without one. */
async function endMore(now: number, parts: DeliverParts): Promise<void> {
  const last = (await parts.store.read(MORE_INCIDENT))?.messages.at(-1);
  if (last === undefined || last.event === 'resolved' || now - last.at < HOUR_MS) return;
  await enqueue(noMoreMessage(last, now), parts);
}
