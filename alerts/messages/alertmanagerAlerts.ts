import { isoInstant, type Severity } from '../../model/index.js';
import { type AlertMessage, statusOf } from './AlertMessage.js';
import { cutText } from './cutText.js';
import { SEVERITY_WORDS } from './severityWords.js';

const ALERT_NAMES: Readonly<Record<AlertMessage['kind'], string>> = {
  noisy_tenant: 'TenantSpike',
  infrastructure: 'FleetShift',
  systemic: 'TenantAnomalyStorm',
  no_majority_peer_group: 'NoMajorityPeerGroup',
  pipeline: 'PipelineStale',
  budget: 'TenantBudgetBurn',
  more: 'TenantPagesHeldBack',
  test: 'TenantscopeTest',
};

/** An alert as Alertmanager's API v2 takes it. */
export interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** Ours: an annotation ends up on a phone. */
const ANNOTATION = 4000;

/** Name of the alerts of a kind of incident. */
export const alertNameOf = (message: AlertMessage): string => ALERT_NAMES[message.kind];

/**
 * What an alert is known by, in Alertmanager and wherever its payloads are read: no value and no time. Empty ones are left
 * out, as Alertmanager would do in silence.
 */
export function labelsOf(
  message: AlertMessage,
  extra: Readonly<Record<string, string>> = {},
  severity: Severity = message.severity,
): Readonly<Record<string, string>> {
  const labels = {
    ...extra,
    alertname: alertNameOf(message),
    severity: SEVERITY_WORDS[severity],
    environment: message.environment,
    service: message.service,
    tenant_id: message.tenant_id,
    direction: message.direction,
    ...(message.kind === 'test' ? { test: message.incident_id } : {}),
  };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

/** What people read of an alert; all of it goes along when it resolves, too. */
export function annotationsOf(message: AlertMessage): Readonly<Record<string, string>> {
  const annotations = {
    ...Object.fromEntries(message.figures.map(({ name, value }) => [name, value])),
    ...Object.fromEntries(message.links.map(({ name, url }) => [name, url])),
    summary: message.headline,
    description: message.sentence,
    next: message.next.map((step, index) => `${index + 1}. ${step}`).join('\n'),
    event: message.event,
    event_id: message.id,
  };
  return Object.fromEntries(
    Object.entries(annotations)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, cutText(value, ANNOTATION)]),
  );
}

/**
 * A message as alerts of Alertmanager. What is firing ends by itself at `endsAt`, which every sending moves on. Severity is
 * part of what an alert is known by: when it changed, the alert with the old one is ended in the same request.
 *
 * @param firingUntil when a firing alert ends if nothing more is heard, epoch milliseconds
 */
export function alertmanagerAlerts(
  message: AlertMessage,
  firingUntil: number,
  extra: Readonly<Record<string, string>> = {},
): readonly AlertmanagerAlert[] {
  const over = Math.max(message.resolved_at ?? message.at, message.opened_at + 1);
  const ends = statusOf(message) === 'resolved' ? over : Math.max(firingUntil, message.opened_at + 1);
  const alert = (severity: Severity, endsAt: number): AlertmanagerAlert => ({
    labels: labelsOf(message, extra, severity),
    annotations: annotationsOf(message),
    startsAt: isoInstant(message.opened_at),
    endsAt: isoInstant(endsAt),
    ...generator(message),
  });
  const before = message.told_severity;
  return [
    alert(message.severity, ends),
    ...(before === null || before === message.severity ? [] : [alert(before, over)]),
  ];
}

function generator(message: AlertMessage): { readonly generatorURL?: string } {
  const url = message.links.find(({ name }) => name === 'dashboard_url')?.url;
  return url === undefined ? {} : { generatorURL: url };
}
