import type { AlertMessage } from '../../alerts/messages/AlertMessage.js';
import { messageOfTransition } from '../../alerts/messages/messageOfTransition.js';
import type { Transition, TransitionKind } from '../../alerts/policy/Transition.js';
import { HOUR_MS, type Incident } from '../../model/index.js';

/** When the sample incident opened. */
export const AT = Date.parse('2026-11-23T11:00:00Z');

export const SETTINGS = {
  environment: 'prod',
  dashboard_url: 'https://dash.example/t/{tenant_id}?service={service}&from={start}&to={end}',
  runbooks: { default: 'https://runbooks.example/{service}' },
};

/** An incident of one noisy tenant. */
export function incident(over: Partial<Incident> = {}): Incident {
  return {
    version: 1,
    key: 'acme/DynamoDB/up',
    id: '5f1c9a7e02b44d10',
    kind: 'noisy_tenant',
    tenant_id: 'acme',
    service: 'DynamoDB',
    direction: 'up',
    state: 'open',
    severity: 'PAGE',
    opened_at: AT,
    updated_at: AT,
    resolved_at: null,
    windows: 1,
    calm_windows: 0,
    peak: { at: AT, amount: 30, share: 0.3, ratio: 6 },
    last: { at: AT, amount: 30, share: 0.3, ratio: 6 },
    sentence:
      "acme used 30 % of DynamoDB from 2026-11-23 10:00 to 2026-11-23 11:00 UTC; its fourteen peers' median is 5 %, 6.0 times as much.",
    notified: null,
    turns: [AT],
    acknowledged: null,
    ...over,
  };
}

/** What happened to it, so many hours after it opened. */
export function transition(kind: TransitionKind, hours = 0, over: Partial<Incident> = {}): Transition {
  const at = AT + hours * HOUR_MS;
  const resolved = kind === 'resolved' ? ({ state: 'resolved', resolved_at: at } as const) : {};
  const of = incident({ updated_at: at, ...resolved, ...over });
  return { id: `${of.id}-${kind}-${hours}`, kind, at, incident: of };
}

/** The message of a transition. */
export function message(kind: TransitionKind, hours = 0, over: Partial<Incident> = {}): AlertMessage {
  return messageOfTransition(transition(kind, hours, over), { plan: 'pro', tenantName: 'Acme Music' }, SETTINGS);
}

/** Names that would do harm where they are not escaped. */
export const HOSTILE =
  '<!channel> <https://evil.example|click> & *bold* @here\r\nBcc: all@example.com\u202e <script>alert(1)</script> 名前 🚀';

/** A message with such a name wherever a name can come from, and far too long for any channel. */
export function hostileMessage(): AlertMessage {
  const long = `${HOSTILE} ${'é🚀'.repeat(4000)}`;
  return {
    ...message('opened', 0, { tenant_id: HOSTILE, key: `${HOSTILE}/DynamoDB/up` }),
    title: long,
    headline: long,
    sentence: long,
    figures: Array.from({ length: 60 }, (_, index) => ({
      name: `f${index}`,
      label: `${index} ${HOSTILE}`,
      value: long,
    })),
    next: Array.from({ length: 60 }, () => long),
    links: Array.from({ length: 60 }, (_, index) => ({
      name: `l${index}`,
      text: HOSTILE,
      url: `https://x.example/${'a'.repeat(index * 100)}`,
    })),
  };
}
