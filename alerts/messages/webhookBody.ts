import { createHash } from 'node:crypto';
import { isoInstant } from '../../model/index.js';
import { type AlertMessage, statusOf } from './AlertMessage.js';
import { annotationsOf, labelsOf } from './alertmanagerAlerts.js';
import { cutText } from './cutText.js';

/** Standard Webhooks asks for less than 20 KB. */
const GREATEST_BYTES = 20_000;

/**
 * A message as the body of a Standard Webhook. `data` has the shape of Alertmanager's webhook (version 4), so what reads
 * that reads this; `tenantscope` holds what Alertmanager has no word for.
 */
export function webhookBody(message: AlertMessage, receiver: string): string {
  let body = bodyOf(message, receiver);
  for (const limit of [400, 100, 30]) {
    if (Buffer.byteLength(body) <= GREATEST_BYTES) return body;
    body = bodyOf(shortened(message, limit), receiver);
  }
  return body;
}

function shortened(message: AlertMessage, limit: number): AlertMessage {
  const cut = (text: string): string => cutText(text, limit);
  const left = message.figures.length - 8;
  return {
    ...message,
    title: cut(message.title),
    headline: cut(message.headline),
    sentence: cut(message.sentence),
    figures: [
      ...message.figures.slice(0, 8).map(({ name, label, value }) => ({ name, label: cut(label), value: cut(value) })),
      ...(left > 0 ? [{ name: 'cut', label: 'left out', value: `${left} more figures` }] : []),
    ],
    next: message.next.slice(0, 4).map(cut),
    // A link that is cut leads nowhere.
    links: message.links.filter(({ url }) => url.length <= limit).slice(0, 4),
  };
}

function bodyOf(message: AlertMessage, receiver: string): string {
  const status = statusOf(message);
  const labels = labelsOf(message);
  const annotations = annotationsOf(message);
  const dashboard = message.links.find(({ name }) => name === 'dashboard_url')?.url ?? '';
  return JSON.stringify({
    type: `alert.${status}`,
    timestamp: isoInstant(message.at),
    data: {
      version: '4',
      groupKey: message.dedup_key,
      status,
      receiver,
      groupLabels: { alertname: labels.alertname, service: message.service, environment: message.environment },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: dashboard,
      truncatedAlerts: 0,
      alerts: [
        {
          status,
          labels,
          annotations,
          startsAt: isoInstant(message.opened_at),
          // The zero time is how Alertmanager says that it has not ended.
          endsAt: message.resolved_at === null ? '0001-01-01T00:00:00Z' : isoInstant(message.resolved_at),
          generatorURL: dashboard,
          fingerprint: createHash('sha256').update(message.dedup_key).digest('hex').slice(0, 16),
        },
      ],
      tenantscope: {
        event: message.event,
        event_id: message.id,
        incident_id: message.incident_id,
        dedup_key: message.dedup_key,
        severity: message.severity,
        kind: message.kind,
        plan: message.plan,
        figures: message.figures,
        next: message.next,
      },
    },
  });
}
