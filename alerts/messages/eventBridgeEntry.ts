import { type AlertMessage, statusOf } from './AlertMessage.js';
import { cutBytes } from './cutText.js';
import { webhookBody } from './webhookBody.js';

/** An event as `PutEvents` takes it. */
export interface EventBridgeEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: Date;
  readonly Resources: string[];
}

/**
 * A message as an event, `Tenant Alert Firing` or `Tenant Alert Resolved`. Its detail is the `data` of the webhook, which is
 * below 20 KB; an entry may have 256 KB (EventBridge's documentation, 2026-11).
 */
export function eventBridgeEntry(message: AlertMessage, bus: string, source: string): EventBridgeEntry {
  const body: { readonly data: unknown } = JSON.parse(webhookBody(message, bus));
  return {
    EventBusName: bus,
    Source: source,
    DetailType: statusOf(message) === 'resolved' ? 'Tenant Alert Resolved' : 'Tenant Alert Firing',
    Detail: JSON.stringify(body.data),
    Time: new Date(message.at),
    Resources: [cutBytes(`urn:tenantscope:${message.environment}:tenant:${message.tenant_id}`, 2048)],
  };
}
