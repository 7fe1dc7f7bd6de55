import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchMeterUsageCommand,
  MarketplaceMeteringClient,
  ThrottlingException,
} from '@aws-sdk/client-marketplace-metering';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { marketplaceSender } from '../../../billing/sinks/marketplaceSender.js';
import type { SinkRecord } from '../../../billing/sinks/SinkRecord.js';
import { stripeSender } from '../../../billing/sinks/stripeSender.js';

const record = (at: number, over: Partial<SinkRecord> = {}): SinkRecord => ({
  id: `ts-${at}`,
  customer: `cus_${at}`,
  name: 'reads',
  tenants: ['acme'],
  start: 1_793_491_200_000,
  end: 1_793_494_800_000,
  timestamp: 1_793_491_200,
  units: 25,
  per: 10,
  state: 'pending',
  attempts: 0,
  first_attempt: null,
  detail: '',
  ...over,
});

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void;
const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => answer(request, body, response));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const NOW = Date.UTC(2026, 10, 1);
const stripe = (endpoint: string) => stripeSender({ endpoint, key: 'sk_test_SECRET', timeoutMs: 10_000 }, () => NOW);

describe('stripeSender', () => {
  it('sends an event a call, form-encoded, with its id as identifier and idempotency key', async () => {
    const seen: unknown[] = [];
    const endpoint = await serve((request, body, response) => {
      const { authorization, 'idempotency-key': key, 'content-type': type } = request.headers;
      seen.push([request.method, request.url, authorization, key, type, Object.fromEntries(new URLSearchParams(body))]);
      response.end('{"object":"billing.meter_event"}');
    });
    expect(await stripe(`${endpoint}/`).send([record(1)])).toEqual([{ kind: 'sent', receipt: 'stripe ts-1' }]);
    expect(seen).toEqual([
      [
        'POST',
        '/v1/billing/meter_events',
        'Bearer sk_test_SECRET',
        'ts-1',
        'application/x-www-form-urlencoded',
        {
          event_name: 'reads',
          'payload[stripe_customer_id]': 'cus_1',
          'payload[value]': '25',
          identifier: 'ts-1',
          timestamp: '1793491200',
        },
      ],
    ]);
  });

  it('has one call of a customer and meter in flight', async () => {
    const open = new Set<string>();
    let clash = false;
    const endpoint = await serve((_, body, response) => {
      const customer = new URLSearchParams(body).get('payload[stripe_customer_id]') ?? '';
      clash ||= open.has(customer);
      open.add(customer);
      setImmediate(() => {
        open.delete(customer);
        response.end('{}');
      });
    });
    const records = Array.from({ length: 30 }, (_, at) => record(at, { customer: `cus_${at % 3}` }));
    const outcomes = await stripe(endpoint).send(records);
    expect(outcomes.map((outcome) => (outcome.kind === 'sent' ? outcome.receipt : ''))).toEqual(
      records.map(({ id }) => `stripe ${id}`),
    );
    expect(clash).toBe(false);
  });

  it.each([
    [
      400,
      { error: { message: 'An event already exists with identifier ts-1.' } },
      {},
      { kind: 'sent', receipt: 'stripe ts-1 (was there)' },
    ],
    [
      400,
      { error: { message: 'No such customer sk_test_SECRET' } },
      {},
      { kind: 'rejected', reason: 'HTTP 400: No such customer ***' },
    ],
    [
      429,
      { error: { message: 'slow down' } },
      { 'retry-after': '7' },
      { kind: 'retry', reason: 'HTTP 429: slow down', unsent: true, afterMs: 7000 },
    ],
    [
      503,
      'busy',
      { 'retry-after': new Date(NOW + 30_000).toUTCString() },
      { kind: 'retry', reason: 'HTTP 503: busy', unsent: false, afterMs: 30_000 },
    ],
    [401, {}, {}, { kind: 'retry', reason: 'HTTP 401: {}', unsent: true }],
    [302, '', { location: 'http://127.0.0.1:1' }, { kind: 'rejected', reason: 'HTTP 302' }],
  ])('takes an answer of %i %j for what it is', async (status, body, headers, outcome) => {
    const endpoint = await serve((_, __, response) => {
      response.writeHead(status, headers as Record<string, string>);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    expect(await stripe(endpoint).send([record(1)])).toEqual([outcome]);
  });

  it('knows what was never sent from what may have arrived', async () => {
    const endpoint = await serve((request) => request.socket.destroy());
    expect(await stripe(endpoint).send([record(1)])).toMatchObject([{ kind: 'retry', unsent: false }]);
    servers[0]?.close();
    await new Promise((done) => setImmediate(done));
    const port = new URL(endpoint).port;
    expect(await stripe(`http://127.0.0.1:${port}`).send([record(1)])).toMatchObject([
      { kind: 'retry', unsent: true, reason: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  it('asks under another key when Stripe only repeats an old failure', async () => {
    const keys: (string | undefined)[] = [];
    const endpoint = await serve((request, _, response) => {
      const key = request.headers['idempotency-key'] as string;
      keys.push(key);
      if (key === 'ts-1') response.writeHead(500, { 'idempotent-replayed': 'true' });
      response.end('{}');
    });
    expect(await stripe(endpoint).send([record(1, { attempts: 1 })])).toMatchObject([{ kind: 'sent' }]);
    expect(keys).toEqual(['ts-1', 'ts-1-2']);
  });

  it('does not take the answer that Stripe kept for what it says now: a refused record that is to be sent after all goes through', async () => {
    const kept = new Map<string, string>();
    let meters = 0;
    const endpoint = await serve((request, _, response) => {
      const key = request.headers['idempotency-key'] as string;
      const before = kept.get(key);
      const text = before ?? (meters > 0 ? '{}' : '{"error":{"message":"No meter of this event name"}}');
      kept.set(key, text);
      const replayed = before === undefined ? {} : { 'idempotent-replayed': 'true' };
      response.writeHead(text === '{}' ? 200 : 400, replayed);
      response.end(text);
    });
    const refused = { kind: 'rejected', reason: 'HTTP 400: No meter of this event name' };
    expect(await stripe(endpoint).send([record(1)])).toEqual([refused]);
    expect(await stripe(endpoint).send([record(1, { attempts: 1 })])).toEqual([refused]);
    meters = 1;
    expect(await stripe(endpoint).send([record(1, { attempts: 2 })])).toMatchObject([{ kind: 'sent' }]);
    expect([...kept.keys()]).toEqual(['ts-1', 'ts-1-2', 'ts-1-3']);
  });
});

describe('marketplaceSender', () => {
  const metering = mockClient(MarketplaceMeteringClient);
  afterEach(() => metering.reset());
  const sender = (product: string | undefined = 'prod') =>
    marketplaceSender(new MarketplaceMeteringClient({ region: 'us-east-1' }), product);
  const buyer = (at: number, over: Partial<SinkRecord> = {}) =>
    record(at, { customer: String(100_000_000_000 + at), ...over });
  const accept = () =>
    metering.on(BatchMeterUsageCommand).callsFake(({ UsageRecords = [] }) => ({
      Results: UsageRecords.map((UsageRecord: { CustomerAWSAccountId: string }) => ({
        UsageRecord,
        Status: 'Success',
        MeteringRecordId: `m-${UsageRecord.CustomerAWSAccountId}`,
      })).reverse(),
      UnprocessedRecords: [],
    }));

  it('sends at most 25 records a call, one product, whole quantities, and finds each answer', async () => {
    accept();
    const records = Array.from({ length: 60 }, (_, at) => buyer(at));
    const outcomes = await sender().send(records);
    expect(outcomes).toEqual(records.map(({ customer }) => ({ kind: 'sent', receipt: `m-${customer}` })));
    const inputs = metering.commandCalls(BatchMeterUsageCommand).map(({ args }) => args[0].input);
    expect(inputs.map(({ UsageRecords }) => UsageRecords?.length)).toEqual([25, 25, 10]);
    expect(inputs[0]).toMatchObject({
      ProductCode: 'prod',
      UsageRecords: [
        {
          Timestamp: new Date('2026-11-01T00:00:00Z'),
          CustomerAWSAccountId: '100000000000',
          Dimension: 'reads',
          Quantity: 25,
        },
        ...Array(24).fill({}),
      ],
    });
  });

  it('names licenses instead of a product where there are some', async () => {
    accept();
    await marketplaceSender(new MarketplaceMeteringClient({ region: 'us-east-1' }), undefined).send([
      buyer(1, { license_arn: 'arn:aws:license-manager::1:license:l-1' }),
    ]);
    const input = metering.commandCalls(BatchMeterUsageCommand)[0]?.args[0].input;
    expect(input).not.toHaveProperty('ProductCode');
    expect(input?.UsageRecords?.[0]?.LicenseArn).toBe('arn:aws:license-manager::1:license:l-1');
  });

  it('tries unprocessed records again, and no others', async () => {
    metering.on(BatchMeterUsageCommand).callsFake(({ UsageRecords }) => ({
      Results: [
        { UsageRecord: UsageRecords[0], Status: 'Success', MeteringRecordId: 'm' },
        { UsageRecord: UsageRecords[1], Status: 'CustomerNotSubscribed' },
        { UsageRecord: UsageRecords[2], Status: 'DuplicateRecord' },
      ],
      UnprocessedRecords: [UsageRecords[3]],
    }));
    expect(await sender().send([0, 1, 2, 3, 4].map((at) => buyer(at)))).toEqual([
      { kind: 'sent', receipt: 'm' },
      { kind: 'rejected', reason: 'CustomerNotSubscribed' },
      { kind: 'rejected', reason: 'DuplicateRecord' },
      { kind: 'retry', reason: 'unprocessed', unsent: true },
      { kind: 'retry', reason: 'the answer does not mention it', unsent: false },
    ]);
  });

  it('lets no bad record hold back the others of its call', async () => {
    metering.on(BatchMeterUsageCommand).callsFake(({ UsageRecords }) => {
      if (UsageRecords.some(({ Dimension }: { Dimension: string }) => Dimension === 'bad'))
        throw Object.assign(new Error('no such dimension'), { name: 'InvalidUsageDimensionException' });
      return {
        Results: UsageRecords.map((UsageRecord: object) => ({ UsageRecord, Status: 'Success', MeteringRecordId: 'm' })),
      };
    });
    expect(await sender().send([buyer(1), buyer(2, { name: 'bad' }), buyer(3)])).toEqual([
      { kind: 'sent', receipt: 'm' },
      { kind: 'rejected', reason: 'InvalidUsageDimensionException: no such dimension' },
      { kind: 'sent', receipt: 'm' },
    ]);
  });

  it.each([
    [new ThrottlingException({ message: 'slow', $metadata: { httpStatusCode: 400 } }), true],
    [
      Object.assign(new Error('broke'), { name: 'InternalServiceErrorException', $metadata: { httpStatusCode: 500 } }),
      false,
    ],
    [Object.assign(new Error('no keys'), { name: 'CredentialsProviderError' }), true],
    [Object.assign(new Error('late'), { name: 'TimeoutError' }), false],
  ])('keeps records of a failed call: %s', async (error, unsent) => {
    metering.on(BatchMeterUsageCommand).rejects(error);
    expect(await sender().send([buyer(1), buyer(2)])).toMatchObject([
      { kind: 'retry', unsent },
      { kind: 'retry', unsent },
    ]);
    expect(metering.commandCalls(BatchMeterUsageCommand)).toHaveLength(1);
  });
});
