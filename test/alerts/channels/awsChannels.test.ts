import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../alerts/channels/Channel.js';
import { cloudWatchChannel } from '../../../alerts/channels/cloudWatchChannel.js';
import { eventBridgeChannel } from '../../../alerts/channels/eventBridgeChannel.js';
import { mailChannel } from '../../../alerts/channels/mailChannel.js';
import { awsClient } from '../../../alerts/channels/openChannels.js';
import { snsChannel } from '../../../alerts/channels/snsChannel.js';
import { type Gauges, sendGauges, sendHeartbeats } from '../../../alerts/index.js';
import { gaugeMetrics, metricCalls } from '../../../alerts/messages/metricData.js';
import { configSchema } from '../../../model/index.js';
import { AT, HOSTILE, incident, message } from '../alertSamples.js';
import { startReceiver } from './receiver.js';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alerts';
const key = { id: 'event-1', repeated: false };
const [sns, bus, ses, metrics] = [
  mockClient(SNSClient),
  mockClient(EventBridgeClient),
  mockClient(SESv2Client),
  mockClient(CloudWatchClient),
];
const region = { region: 'eu-west-1' };

const CHANNELS: Readonly<Record<string, { readonly channel: Channel; fail(error: Error): void }>> = {
  SNS: {
    channel: snsChannel('topic', TOPIC, new SNSClient(region)),
    fail: (error) => sns.reset().on(PublishCommand).rejects(error),
  },
  EventBridge: {
    channel: eventBridgeChannel('bus', { bus: 'default', source: 'tenantscope' }, new EventBridgeClient(region)),
    fail: (error) => bus.reset().on(PutEventsCommand).rejects(error),
  },
  SES: {
    channel: mailChannel('mail', { from: 'ops@example.com', to: ['a@example.com'] }, new SESv2Client(region)),
    fail: (error) => ses.reset().on(SendEmailCommand).rejects(error),
  },
  CloudWatch: {
    channel: cloudWatchChannel('metrics', 'tenantscope', new CloudWatchClient(region)),
    fail: (error) => metrics.reset().on(PutMetricDataCommand).rejects(error),
  },
};

const awsError = (name: string, status?: number): Error =>
  Object.assign(new Error('said so'), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });

describe.each(Object.keys(CHANNELS))('%s', (name) => {
  it.each<[string, Error, object]>([
    [
      'a refusal for good',
      awsError('NotFoundException', 404),
      { kind: 'rejected', reason: `${name}: NotFoundException: said so` },
    ],
    ['a refusal of rights', awsError('AccessDeniedException', 403), { kind: 'rejected' }],
    ['throttling, which is a 400', awsError('ThrottlingException', 400), { kind: 'retry', unknown: false }],
    ['too many requests', awsError('TooManyRequestsException', 429), { kind: 'retry', unknown: false }],
    ['a failing service', awsError('InternalFailure', 500), { kind: 'retry', unknown: false }],
    ['no credentials', awsError('CredentialsProviderError'), { kind: 'retry', unknown: false }],
    ['no answer', awsError('TimeoutError'), { kind: 'retry', unknown: true }],
    ['nobody there', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), { kind: 'retry', unknown: false }],
  ])('takes %s for what it is', async (_, error, outcome) => {
    const { channel, fail } = CHANNELS[name] ?? { channel: undefined, fail: undefined };
    fail?.(error);
    expect(await channel?.send(message('opened'), key)).toMatchObject(outcome);
  });
});

describe('SNS', () => {
  it('publishes in the shape of an alarm with attributes to filter by', async () => {
    sns.reset().on(PublishCommand).resolves({ MessageId: 'm-1' });
    expect(await CHANNELS.SNS?.channel.send(message('resolved', 3), key)).toEqual({ kind: 'sent', receipt: 'm-1' });
    const input = sns.commandCalls(PublishCommand)[0]?.args[0].input;
    expect(JSON.parse(input?.Message ?? '')).toMatchObject({
      NewStateValue: 'OK',
      OldStateValue: 'ALARM',
      Region: 'EU (Ireland)',
    });
    expect(input?.MessageAttributes?.status).toEqual({ DataType: 'String', StringValue: 'resolved' });
  });
});

describe('EventBridge', () => {
  it('looks at the entry of a call that succeeds', async () => {
    const { channel } = CHANNELS.EventBridge ?? {};
    const answers = (entry: object, failed: number) =>
      bus
        .reset()
        .on(PutEventsCommand)
        .resolves({ FailedEntryCount: failed, Entries: [entry] });
    answers({ EventId: 'e-1' }, 0);
    expect(await channel?.send(message('opened'), key)).toEqual({ kind: 'sent', receipt: 'e-1' });
    answers({ ErrorCode: 'InternalFailure', ErrorMessage: 'later' }, 1);
    expect(await channel?.send(message('opened'), key)).toMatchObject({ kind: 'retry', unknown: false });
    answers({ ErrorCode: 'MalformedDetail', ErrorMessage: 'no JSON' }, 1);
    expect(await channel?.send(message('opened'), key)).toEqual({
      kind: 'rejected',
      reason: 'EventBridge: MalformedDetail: no JSON',
    });
  });
});

describe('mail', () => {
  it('goes to all addresses, with one subject and one thread for an incident', async () => {
    ses.reset().on(SendEmailCommand).resolves({ MessageId: 'mail-1' });
    const { channel } = CHANNELS.SES ?? {};
    for (const kind of ['opened', 'resolved'] as const) await channel?.send(message(kind), key);
    const mails = ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input);
    expect(mails[0]).toMatchObject({
      FromEmailAddress: 'ops@example.com',
      Destination: { ToAddresses: ['a@example.com'] },
    });
    expect(mails.map(({ Content }) => Content?.Simple?.Subject?.Data)).toEqual([
      '[PAGE] prod: acme is out of line in DynamoDB',
      '[resolved] prod: acme is out of line in DynamoDB',
    ]);
    const threads = mails.map(
      ({ Content }) => Content?.Simple?.Headers?.find(({ Name }) => Name === 'References')?.Value,
    );
    expect(new Set(threads)).toEqual(new Set(['<5f1c9a7e02b44d10@tenantscope.invalid>']));
  });

  it('speaks to SES over HTTP: 400, 429, 500, a hang and a dropped connection', async () => {
    ses.restore();
    const receiver = await startReceiver();
    const client = (timeoutMs: number) =>
      new SESv2Client({
        ...awsClient(timeoutMs, 'eu-west-1'),
        endpoint: receiver.url.replace('/path', ''),
        credentials: { accessKeyId: 'A', secretAccessKey: 'B' },
      });
    const to = { from: 'ops@example.com', to: ['a@example.com'] };
    const send = (timeout = 60_000) => mailChannel('mail', to, client(timeout)).send(message('opened'), key);
    receiver.answers.push({ status: 200, body: '{"MessageId":"m-1"}' });
    expect(await send()).toEqual({ kind: 'sent', receipt: 'm-1' });
    receiver.answers.push({
      status: 400,
      body: '{"message":"not verified"}',
      headers: { 'x-amzn-errortype': 'MessageRejected' },
    });
    expect(await send()).toEqual({ kind: 'rejected', reason: 'SES: MessageRejected: not verified' });
    receiver.answers.push({ status: 429 }, { status: 500 });
    for (const _ of [429, 500]) expect(await send()).toMatchObject({ kind: 'retry', unknown: false });
    receiver.answers.push('drop');
    expect(await send()).toMatchObject({ kind: 'retry', unknown: true });
    receiver.answers.push('hang');
    expect(await send(700)).toMatchObject({ kind: 'retry', unknown: true });
    expect(receiver.taken).toHaveLength(1);
    await receiver.close();
  });
});

describe('CloudWatch', () => {
  const shares = (tenants: number) =>
    new Map(Array.from({ length: tenants }, (_, index) => [`t${index}`, 1 / (index + 2)]));
  const gauges = (tenants: number): Gauges => ({
    at: AT,
    open: [incident()],
    services: [{ service: 'DynamoDB', shares: shares(tenants) }],
  });

  it('has equally many metrics for ten tenants and for ten thousand, and none by a name that was not asked for', () => {
    const of = { top_tenants: 5, named_tenants: ['t3', 'absent'] };
    const [few, many] = [gaugeMetrics(gauges(10), 'prod', of), gaugeMetrics(gauges(10_000), 'prod', of)];
    expect(
      few.map(({ MetricName, Dimensions }) => [MetricName, ...Dimensions.map(({ Value }) => Value)].join(' ')),
    ).toEqual([
      'OpenIncidents prod DynamoDB PAGE',
      'OpenIncidents prod DynamoDB TICKET',
      'OpenIncidents prod DynamoDB INFO',
      ...[1, 2, 3, 4, 5].map((rank) => `TopTenantShare prod DynamoDB ${rank}`),
      'TenantShare prod DynamoDB t3',
    ]);
    expect(many).toEqual(few);
    expect(few.map(({ Value }) => Value).slice(0, 4)).toEqual([1, 0, 0, 50]);
  });

  it('puts no more than 1,000 metrics or 1 MB into a call, and all of them once', () => {
    const services = Array.from({ length: 700 }, (_, index) => ({
      service: `${index} ${'s'.repeat(900)}`,
      shares: shares(5),
    }));
    const data = gaugeMetrics({ at: AT, open: [], services }, 'prod', { top_tenants: 5, named_tenants: [] });
    const calls = metricCalls(data);
    expect(calls.flat()).toEqual(data);
    expect(calls.length).toBeGreaterThan(5);
    for (const call of calls) {
      expect(call.length).toBeLessThanOrEqual(1000);
      expect(Buffer.byteLength(JSON.stringify(call))).toBeLessThanOrEqual(1_000_001);
    }
    expect(metricCalls([])).toEqual([]);
  });

  it('makes no two names one, though it writes them in ASCII', () => {
    const of = (named_tenants: string[]) =>
      gaugeMetrics(
        { at: AT, open: [], services: [{ service: 'S', shares: new Map(named_tenants.map((name) => [name, 0.1])) }] },
        'prod',
        { top_tenants: 0, named_tenants },
      )
        .slice(3)
        .map(({ Dimensions }) => Dimensions[2]?.Value ?? '');
    const names = of(['名前', '前名', HOSTILE, ' ']);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^[\x21-\x7e]{1,1024}$/);
  });

  it('sends gauges to every channel of its type, and the heartbeat on a path of its own', async () => {
    metrics.reset().on(PutMetricDataCommand).resolves({});
    const { alerts } = configSchema.parse({
      alerts: {
        environment: 'prod',
        channels: { m: { type: 'cloudwatch', region: 'eu-west-1', top_tenants: 1 }, log: { type: 'stdout' } },
        routes: [{ channels: ['m'] }],
        heartbeats: [{ cloudwatch: 'deadman', region: 'eu-west-1' }],
      },
    });
    expect(await sendGauges(gauges(3), alerts)).toEqual([]);
    const parts = { clock: () => AT, random: () => 0, sleep: async () => undefined, secrets: { env: {} } };
    expect(await sendHeartbeats(alerts, parts)).toEqual([]);
    const puts = metrics.commandCalls(PutMetricDataCommand).map(({ args }) => args[0].input);
    expect(puts.map(({ Namespace, MetricData }) => `${Namespace} ${MetricData?.length}`)).toEqual([
      'tenantscope 4',
      'deadman 1',
    ]);
    expect(puts[1]?.MetricData?.[0]).toMatchObject({ MetricName: 'DetectionRuns', Value: 1 });
    metrics.reset().on(PutMetricDataCommand).rejects(awsError('AccessDenied', 403));
    expect(await sendGauges(gauges(3), alerts)).toEqual([
      { channel: 'm', reason: 'CloudWatch: AccessDenied: said so' },
    ]);
    expect(await sendHeartbeats(alerts, parts)).toEqual([{ index: 0, reason: 'CloudWatch: AccessDenied: said so' }]);
  });
});
