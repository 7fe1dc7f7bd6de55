import type { AlertMessage } from './AlertMessage.js';

/**
 * What `alerts test` sends: a message that says that it is a test, and its resolution. `nonce` makes each test one of its
 * own to receivers that drop what they have seen.
 */
export function testMessages(
  channel: string,
  at: number,
  environment: string,
  nonce: string,
): { readonly opened: AlertMessage; readonly resolved: AlertMessage } {
  const title = `TEST of the channel ${channel} by tenantscope`;
  const opened: AlertMessage = {
    version: 1,
    id: `test-${nonce}`,
    event: 'opened',
    severity: 'TICKET',
    told_severity: null,
    kind: 'test',
    at,
    opened_at: at,
    resolved_at: null,
    incident_id: `test-${nonce}`,
    dedup_key: `tenantscope/${environment}/_test/${channel}/${nonce}`,
    environment,
    tenant_id: '_test',
    service: '_test',
    direction: 'none',
    plan: null,
    title,
    headline: `${title}: nothing is wrong`,
    sentence: 'Somebody ran tenantscope alerts test. Nothing is wrong, and nothing is to be done; it resolves itself.',
    figures: [{ name: 'environment', label: 'environment', value: environment }],
    next: ['nothing: this is a test'],
    links: [],
  };
  return {
    opened,
    resolved: {
      ...opened,
      id: `${opened.id}-resolved`,
      event: 'resolved',
      resolved_at: at,
      headline: `Resolved: ${title}`,
      sentence: 'The test is over.',
      next: [],
    },
  };
}
