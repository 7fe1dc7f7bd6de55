import * as z from 'zod';
import { SEVERITIES } from '../../model/index.js';
import { ALERT_EVENTS, alertMessageSchema } from '../messages/AlertMessage.js';

const instant = z.int().nonnegative();

/**
 * Where one delivery is. `pending`: not there yet. `sent`: the receiver has it. `resending`: it has it and is told again,
 * since what it is told ends by itself. `failed`: given up, or refused for good. `superseded`: never sent, since the incident
 * was over before it could be.
 */
export const DELIVERY_STATES = ['pending', 'sent', 'resending', 'failed', 'superseded'] as const;

/** Where one delivery is. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

const deliverySchema = z.strictObject({
  /** Counts the deliveries of an incident from 1. */
  number: z.int().positive(),
  /** Id of the message: with the channel what makes a delivery one. */
  message_id: z.string(),
  channel: z.string(),
  event: z.enum(ALERT_EVENTS),
  severity: z.enum(SEVERITIES),
  state: z.enum(DELIVERY_STATES),
  /** What the receiver calls it, or why it is where it is. */
  detail: z.string(),
  attempts: z.int().nonnegative(),
  /** An earlier sending may have arrived. */
  unknown: z.boolean(),
  created_at: instant,
  /** What the span after which it is given up counts from. */
  since: instant,
  /** Not before this. */
  next_at: instant,
  sent_at: instant.nullable(),
  /** Whoever sends it now, and until when nobody else does. */
  claim: z.strictObject({ by: z.string(), until: instant }).nullable(),
});

/** One message on its way to one channel. Instants are epoch milliseconds. */
export type Delivery = z.output<typeof deliverySchema>;

/** All deliveries of one incident: one text, so that their order can be kept by conditional writes of it. */
export const incidentDeliveriesSchema = z.strictObject({
  version: z.literal(1),
  incident_id: z.string(),
  next_number: z.int().positive(),
  messages: z.array(alertMessageSchema),
  deliveries: z.array(deliverySchema),
});

/** All deliveries of one incident. */
export type IncidentDeliveries = z.output<typeof incidentDeliveriesSchema>;

/** What names a delivery to people: `<incident id>:<number>`. */
export function deliveryId(of: IncidentDeliveries, delivery: Delivery): string {
  return `${of.incident_id}:${delivery.number}`;
}

/** True for a state that nothing but an operator changes. */
export function isFinal({ state }: Delivery): boolean {
  return state === 'sent' || state === 'failed' || state === 'superseded';
}
