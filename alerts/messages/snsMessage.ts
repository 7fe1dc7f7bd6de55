import { createHash } from 'node:crypto';
import { isoInstant } from '../../model/index.js';
import { type AlertMessage, statusOf } from './AlertMessage.js';
import { alertNameOf } from './alertmanagerAlerts.js';
import { cutAscii, cutBytes } from './cutText.js';
import { oneLine } from './plainText.js';
import { SEVERITY_WORDS } from './severityWords.js';

/** Limits of SNS (its documentation, 2026-11): a subject of 100 ASCII characters, 256 KB in all, ids of 128 characters. */
const SUBJECT = 100;
const ID = 128;
/** Ours, so that the whole stays far below 256 KB. */
const TEXT_BYTES = 8000;
const ATTRIBUTE_BYTES = 256;

/** How CloudWatch writes a region in its messages. What is not listed is written as its code. */
const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'sa-east-1': 'South America (Sao Paulo)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
};

/** What is published to a topic. */
export interface SnsMessage {
  readonly TopicArn: string;
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: 'String'; readonly StringValue: string }>>;
  /** Of a FIFO topic only. */
  readonly MessageDeduplicationId?: string;
  readonly MessageGroupId?: string;
}

/**
 * A message in the shape of a CloudWatch alarm, which subscribers parse already. There is no such alarm: its name is the
 * dedup key, and what it cannot hold stands in `Tenantscope`. Attributes are what subscriptions filter by; nine of them, as
 * raw delivery to SQS carries ten.
 */
export function snsMessage(message: AlertMessage, topicArn: string): SnsMessage {
  const [, partition = 'aws', , region = '', account = '', topic = ''] = topicArn.split(':');
  const resolved = statusOf(message) === 'resolved';
  const state = resolved ? 'OK' : 'ALARM';
  const name = cutBytes(oneLine(message.dedup_key), 255);
  const place = REGION_NAMES[region] ?? region;
  const fifo = topic.endsWith('.fifo');
  const attributes: Readonly<Record<string, string>> = {
    severity: SEVERITY_WORDS[message.severity],
    alertname: alertNameOf(message),
    status: statusOf(message),
    environment: message.environment,
    service: message.service,
    tenant_id: message.tenant_id,
    event: message.event,
    event_id: message.id,
    schema_version: '1',
  };
  return {
    TopicArn: topicArn,
    Subject: cutAscii(`${state}: "${message.title}" in ${place}`, SUBJECT),
    Message: JSON.stringify({
      AlarmName: name,
      AlarmDescription: cutBytes(
        [message.title, ...message.next.map((step, index) => `${index + 1}. ${step}`)].join('\n'),
        TEXT_BYTES,
      ),
      AWSAccountId: account,
      AlarmConfigurationUpdatedTimestamp: cloudWatchTime(message.opened_at),
      NewStateValue: state,
      NewStateReason: cutBytes(`${message.headline}. ${message.sentence}`, TEXT_BYTES),
      StateChangeTime: cloudWatchTime(message.at),
      Region: place,
      AlarmArn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`,
      OldStateValue: message.event === 'opened' ? 'OK' : 'ALARM',
      OKActions: [topicArn],
      AlarmActions: [topicArn],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: 'TenantShare',
        Namespace: 'tenantscope',
        StatisticType: 'Statistic',
        Statistic: 'MAXIMUM',
        Unit: 'Percent',
        Dimensions: [
          { name: 'Service', value: message.service },
          { name: 'Tenant', value: message.tenant_id },
        ],
        Period: 3600,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        TreatMissingData: 'notBreaching',
        EvaluateLowSampleCountPercentile: '',
      },
      Tenantscope: {
        event: message.event,
        event_id: message.id,
        incident_id: message.incident_id,
        severity: message.severity,
        kind: message.kind,
        tenant_id: message.tenant_id,
        figures: message.figures.slice(0, 20).map((one) => ({ ...one, value: cutBytes(one.value, 500) })),
        links: message.links.slice(0, 10).filter(({ url }) => url.length <= 3000),
      },
    }),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes)
        .map(([key, value]) => [key, cutBytes(oneLine(value), ATTRIBUTE_BYTES)] as const)
        .filter(([, value]) => value !== '')
        .map(([key, value]) => [key, { DataType: 'String', StringValue: value } as const]),
    ),
    ...(fifo ? { MessageDeduplicationId: snsId(message.id), MessageGroupId: snsId(message.dedup_key) } : {}),
  };
}

/** Letters, digits and punctuation, at most 128; anything else by its hash. */
function snsId(text: string): string {
  if (text.length <= ID && /^[\x21-\x7e]+$/.test(text)) return text;
  return createHash('sha256').update(text).digest('hex');
}

/** `2015-06-03T17:43:27.123+0000`. */
const cloudWatchTime = (epochMs: number): string => isoInstant(epochMs).replace('Z', '+0000');
