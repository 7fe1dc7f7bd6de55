import { createHash } from 'node:crypto';
import { isoInstant } from '../../model/index.js';
import type { AlertEvent, AlertMessage } from './AlertMessage.js';
import { cutText } from './cutText.js';
import { oneLine } from './plainText.js';
import { SEVERITY_WORDS } from './severityWords.js';

/** Limits of PagerDuty's Events API v2 (its developer documentation, 2026-08). */
const SUMMARY = 1024;
const DEDUP_KEY = 255;
const GREATEST_BYTES = 512 * 1024;
/** Ours: what a person reads on a phone. */
const DETAIL = 4000;
const LINKS = 20;

const ACTIONS: Readonly<Record<AlertEvent, 'trigger' | 'acknowledge' | 'resolve'>> = {
  opened: 'trigger',
  escalated: 'trigger',
  grew: 'trigger',
  reminder: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
};

const CLASSES: Readonly<Record<AlertMessage['kind'], string>> = {
  noisy_tenant: 'tenant_share_spike',
  infrastructure: 'fleet_shift',
  systemic: 'tenant_anomaly_storm',
  no_majority_peer_group: 'no_majority_peer_group',
  pipeline: 'data_incomplete',
  budget: 'budget_burn',
  more: 'pages_held_back',
  test: 'test',
};

/** An event as PagerDuty takes it. */
export interface PagerdutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly images?: readonly { readonly src: string; readonly href: string; readonly alt: string }[];
  readonly client: string;
  readonly client_url?: string;
}

/**
 * A message as an event of PagerDuty's Events API v2. Equal dedup keys are one alert there: opened once, updated, resolved.
 * The payload goes along when it resolves, so that whoever reads on from PagerDuty sees what is over.
 */
export function pagerdutyEvent(message: AlertMessage, routingKey: string): PagerdutyEvent {
  const event = eventOf(message, routingKey, DETAIL);
  return Buffer.byteLength(JSON.stringify(event)) <= GREATEST_BYTES
    ? event
    : eventOf(cramped(message), routingKey, 500);
}

/** PagerDuty's key of an incident, hashed when it is longer than PagerDuty takes. */
export function dedupKeyOf(key: string): string {
  return key.length <= DEDUP_KEY ? key : `tenantscope/${createHash('sha256').update(key).digest('hex')}`;
}

function eventOf(message: AlertMessage, routingKey: string, detail: number): PagerdutyEvent {
  const details = [
    ['what', message.sentence],
    ...message.figures.map(({ label, value }) => [label, value] as const),
    ...message.next.map((step, index) => [`next ${index + 1}`, step] as const),
    ['event', message.event],
    ['event_id', message.id],
  ];
  const image = imageOf(message);
  const dashboard = message.links.find(({ name }) => name === 'dashboard_url')?.url;
  return {
    routing_key: routingKey,
    event_action: ACTIONS[message.event],
    dedup_key: dedupKeyOf(message.dedup_key),
    payload: {
      summary: cutText(oneLine(message.headline), SUMMARY),
      source: cutText(oneLine(message.tenant_id), SUMMARY),
      severity: SEVERITY_WORDS[message.severity],
      timestamp: isoInstant(message.at),
      component: message.service,
      group: message.environment,
      class: CLASSES[message.kind],
      custom_details: Object.fromEntries(details.map(([label, value]) => [label, cutText(value ?? '', detail)])),
    },
    links: message.links.slice(0, LINKS).map(({ text, url }) => ({ href: url, text })),
    ...(image === undefined ? {} : { images: [image] }),
    client: 'tenantscope',
    ...(dashboard === undefined ? {} : { client_url: dashboard }),
  };
}

/** PagerDuty shows pictures over TLS only. */
function imageOf({ picture }: AlertMessage): { src: string; href: string; alt: string } | undefined {
  if (picture?.url?.startsWith('https://') !== true) return undefined;
  return { src: picture.url, href: picture.url, alt: cutText(oneLine(picture.alt), SUMMARY) };
}

function cramped(message: AlertMessage): AlertMessage {
  const left = message.figures.length - 20;
  const figures = [
    ...message.figures.slice(0, 20),
    ...(left > 0
      ? [{ name: 'cut', label: 'left out', value: `${left} more figures, since the event is too large` }]
      : []),
  ];
  return { ...message, figures, next: message.next.slice(0, 10), links: message.links.slice(0, 5) };
}
