import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AlertMessage, alertMessageSchema } from '../../../alerts/messages/AlertMessage.js';
import { alertmanagerAlerts } from '../../../alerts/messages/alertmanagerAlerts.js';
import { eventBridgeEntry } from '../../../alerts/messages/eventBridgeEntry.js';
import { mailMessage } from '../../../alerts/messages/mailMessage.js';
import { acknowledgement } from '../../../alerts/messages/messageOfTransition.js';
import { messageMetric } from '../../../alerts/messages/metricData.js';
import { moreMessage, noMoreMessage } from '../../../alerts/messages/moreMessage.js';
import { pagerdutyEvent } from '../../../alerts/messages/pagerdutyEvent.js';
import { slackPayload } from '../../../alerts/messages/slackPayload.js';
import { snsMessage } from '../../../alerts/messages/snsMessage.js';
import { stdoutLine } from '../../../alerts/messages/stdoutLine.js';
import { testMessages } from '../../../alerts/messages/testMessages.js';
import { webhookBody } from '../../../alerts/messages/webhookBody.js';
import { HOUR_MS } from '../../../model/index.js';
import { AT, incident, message, SETTINGS } from '../alertSamples.js';

const peak = { at: AT + HOUR_MS, amount: 50, share: 0.41, ratio: 8 };
const opened = message('opened');
const more = moreMessage({ id: 'more/494891', count: 12, largest: [incident()] }, AT, 'prod');

const MESSAGES: Readonly<Record<string, AlertMessage>> = {
  opened,
  escalated: { ...message('escalated', 1, { peak, last: peak }), told_severity: 'TICKET' },
  acknowledged: acknowledgement(
    incident({ acknowledged: { by: 'kim', reason: 'throttling its route', at: AT + HOUR_MS } }),
    { plan: 'pro' },
    SETTINGS,
  ),
  resolved: { ...message('resolved', 3, { peak }), told_severity: 'PAGE' },
  infrastructure: message('opened', 0, {
    kind: 'infrastructure',
    tenant_id: '_fleet',
    key: '_fleet/DynamoDB/up',
    severity: 'TICKET',
    sentence:
      "DynamoDB from 2026-11-23 10:00 to 2026-11-23 11:00 UTC: all tenants' use is 3.0 times what it was before.",
  }),
  more,
  'no-more': noMoreMessage(more, AT + HOUR_MS),
  test: testMessages('on-call', AT, 'prod', '0a1b2c3d').opened,
};

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alerts';

const RENDERERS: Readonly<Record<string, (of: AlertMessage) => unknown>> = {
  message: (of) => of,
  pagerduty: (of) => pagerdutyEvent(of, 'R0UT1NGKEY'),
  alertmanager: (of) => alertmanagerAlerts(of, of.at + 20 * 60_000, { team: 'platform' }),
  slack: (of) => slackPayload(of, of.event === 'escalated'),
  webhook: (of) => JSON.parse(webhookBody(of, 'hook')),
  sns: (of) => {
    const { Message, ...rest } = snsMessage(of, TOPIC);
    return { ...rest, Message: JSON.parse(Message) };
  },
  eventbridge: (of) => {
    const { Detail, ...rest } = eventBridgeEntry(of, 'default', 'com.example.tenantscope');
    return { ...rest, Detail: JSON.parse(Detail) };
  },
  mail: (of) => mailMessage(of, of.event === 'escalated'),
  cloudwatch: messageMetric,
  stdout: (of) => ({ json: JSON.parse(stdoutLine(of, 'json')), text: stdoutLine(of, 'text') }),
};

describe('payloads', () => {
  it.each(Object.keys(RENDERERS))('%s is the golden file', (name) => {
    const all = Object.fromEntries(Object.entries(MESSAGES).map(([key, of]) => [key, RENDERERS[name]?.(of)]));
    const text = `${JSON.stringify(all, null, 2)}\n`;
    const golden = new URL(`./golden/${name}.json`, import.meta.url);
    if (process.env.TENANTSCOPE_WRITE_GOLDEN === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('all messages are of the schema they are kept in', () => {
    for (const of of Object.values(MESSAGES)) expect(alertMessageSchema.parse(of)).toEqual(of);
  });
});
