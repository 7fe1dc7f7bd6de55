import * as z from 'zod';
import { DIRECTIONS, INCIDENT_KINDS, SEVERITIES } from '../../model/index.js';

const instant = z.int().nonnegative();

/** What a message tells of: a transition of an incident, or that somebody has taken it up. */
export const ALERT_EVENTS = ['opened', 'escalated', 'grew', 'reminder', 'acknowledged', 'resolved'] as const;

/** What a message tells of. */
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/**
 * What people are told of one transition, whichever way it reaches them. Texts are as they are: each channel escapes and
 * cuts them in its own manner. All instants are epoch milliseconds, UTC.
 */
export const alertMessageSchema = z.strictObject({
  version: z.literal(1),
  /** Id of the transition: the same however often it is sent. */
  id: z.string().min(1),
  event: z.enum(ALERT_EVENTS),
  severity: z.enum(SEVERITIES),
  /** Severity of the message of this incident before it; null for the first. */
  told_severity: z.enum(SEVERITIES).nullable(),
  /** `more`: pages beyond the cap, told as one. `test`: somebody tries a channel out. */
  kind: z.enum([...INCIDENT_KINDS, 'more', 'test']),
  /** End of the window it happened in. */
  at: instant,
  opened_at: instant,
  /** Null unless it is over. */
  resolved_at: instant.nullable(),
  incident_id: z.string().min(1),
  /** `tenantscope/<environment>/<tenant>/<service>/<direction>`: no time and no value. */
  dedup_key: z.string().min(1),
  environment: z.string(),
  tenant_id: z.string(),
  service: z.string(),
  direction: z.enum(DIRECTIONS),
  /** Plan of the tenant; null when it has none or it is about no tenant. */
  plan: z.string().nullable(),
  /** The same in every message of an incident. */
  title: z.string(),
  /** The title with this message's figures: all that fits on a pager. */
  headline: z.string(),
  /** What happened, compared with what, and what it was before. */
  sentence: z.string(),
  /** `name` is for programs, `label` and `value` are for people. */
  figures: z.array(z.strictObject({ name: z.string(), label: z.string(), value: z.string() })),
  /** What to do next, one step each. */
  next: z.array(z.string()),
  /** Shows what happened: `alt` says it in words, `url` is where it can be had, if anywhere. Absent when nothing was drawn. */
  picture: z.strictObject({ alt: z.string(), url: z.string().optional() }).optional(),
  links: z.array(z.strictObject({ name: z.string(), text: z.string(), url: z.string() })),
});

/** What people are told of one transition, whichever way it reaches them. */
export type AlertMessage = z.output<typeof alertMessageSchema>;

/** `resolved` or `firing`, as Alertmanager says it. */
export function statusOf(message: AlertMessage): 'firing' | 'resolved' {
  return message.event === 'resolved' ? 'resolved' : 'firing';
}
