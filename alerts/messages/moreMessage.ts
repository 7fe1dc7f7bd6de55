import { humanInstant } from '../../model/index.js';
import { percent } from '../detection/explain.js';
import type { NotificationPlan } from '../policy/planNotifications.js';
import type { AlertMessage } from './AlertMessage.js';

/** The incident that stands for all pages beyond the cap: one, so that hours of it are one alert. */
export const MORE_INCIDENT = 'more';

type More = NonNullable<NotificationPlan['more']>;

/** The one page that says that more is happening than is paged. */
export function moreMessage({ id, count, largest }: More, at: number, environment: string): AlertMessage {
  const pages = count === 1 ? 'One more page was' : `${count} more pages were`;
  const named = largest.map(
    ({ tenant_id, service, last }) => `${tenant_id} in ${service} (${percent(last.share)} of it)`,
  );
  const rest = count > largest.length ? `, and ${count - largest.length} more` : '';
  return {
    ...base(at, environment),
    id,
    event: 'opened',
    opened_at: at,
    resolved_at: null,
    headline: `${pages} held back this hour`,
    sentence: `${pages} held back at ${humanInstant(at)} UTC, since this hour's number of pages is reached. The largest: ${named.join('; ')}${rest}.`,
    figures: [{ name: 'held_back', label: 'pages held back', value: String(count) }],
    links: [],
    next: [
      'see all of them: tenantscope incident list',
      'look for a common cause first: a deployment, a failing service, a client that retries',
    ],
  };
}

/** Said when an hour passed in which no page was held back. */
export function noMoreMessage(opened: AlertMessage, at: number): AlertMessage {
  return {
    ...opened,
    id: `${opened.id}/over`,
    event: 'resolved',
    at,
    resolved_at: at,
    headline: 'Resolved: no more pages are held back',
    sentence: `No page was held back in the hour up to ${humanInstant(at)} UTC.`,
    figures: [],
    next: [],
  };
}

function base(at: number, environment: string) {
  return {
    version: 1,
    severity: 'PAGE',
    told_severity: null,
    kind: 'more',
    at,
    incident_id: MORE_INCIDENT,
    dedup_key: `tenantscope/${environment}/_fleet/_all/more`,
    environment,
    tenant_id: '_fleet',
    service: '_all',
    direction: 'none',
    plan: null,
    title: 'More is happening than is paged',
  } as const;
}
