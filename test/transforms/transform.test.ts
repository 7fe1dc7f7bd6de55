import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRegistry, type Event, type FirehoseEvent, type RecordOutcome, tenantSchema } from '../../model/index.js';
import { createTransform, type ReputPiece } from '../../transforms/index.js';
import { readEvent } from './readEvent.js';

const ARRIVAL = Date.parse('2026-11-23T10:00:05.000Z');
const registry = buildRegistry({
  tenants: ['acme', 'evil'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
  sharedNamespaces: ['shared-search'],
});

const envelope = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  time: '2026-11-23T10:00:00.123456789Z',
  stream: 'stdout',
  log: 'hello',
  tenant_id: 'acme',
  namespace: 'tenant-acme',
  pod: 'api-1',
  pod_uid: 'uid-1',
  container: 'api',
  cluster: 'eu-1',
  file: '/var/log/app/app.log',
  offset: 0,
  ...over,
});
const line = (over: Record<string, unknown> = {}): string => `${JSON.stringify(envelope(over))}\n`;

interface Sent {
  readonly bytes: Buffer;
  readonly shard?: string;
  readonly sequence?: string;
}

function eventOf(records: readonly Sent[], stream = 'tenantscope-default'): FirehoseEvent {
  return {
    invocationId: 'i',
    deliveryStreamArn: 'arn:aws:firehose:local:000000000000:deliverystream/tenantscope',
    sourceKinesisStreamArn: `arn:aws:kinesis:local:000000000000:stream/${stream}`,
    region: 'local',
    records: records.map((record, index) => ({
      recordId: `r${index}`,
      approximateArrivalTimestamp: ARRIVAL,
      data: record.bytes.toString('base64'),
      kinesisRecordMetadata: {
        shardId: record.shard ?? 'shardId-000000000000',
        partitionKey: 'p',
        approximateArrivalTimestamp: ARRIVAL,
        sequenceNumber: record.sequence ?? String(index),
      },
    })),
  };
}

interface Run {
  readonly results: readonly { result: string; tenant: string | undefined; dt: string | undefined; size: number }[];
  readonly events: readonly Event[];
  readonly outcomes: readonly RecordOutcome[];
  readonly pieces: readonly ReputPiece[];
}

async function run(
  texts: readonly (string | Buffer)[],
  options: {
    stream?: string;
    trust?: 'namespace' | 'stamped';
    taken?: boolean;
    shard?: string;
    sequence?: string;
  } = {},
): Promise<Run> {
  const outcomes: RecordOutcome[] = [];
  const pieces: ReputPiece[] = [];
  const transform = createTransform({
    registry: () => registry,
    trust: options.trust ?? 'namespace',
    platformStream: 'tenantscope-platform',
    reput: async (sent) => {
      pieces.push(...sent);
      return sent.map(() => options.taken ?? true);
    },
    observe: (outcome) => outcomes.push(outcome),
  });
  const sent = texts.map((text) => ({
    bytes: Buffer.from(text),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    ...(options.sequence === undefined ? {} : { sequence: options.sequence }),
  }));
  const event = eventOf(sent, options.stream);
  const response = await transform(event);
  expect(response.records.map((record) => record.recordId)).toEqual(event.records.map((record) => record.recordId));
  expect(outcomes.map((outcome) => outcome.recordId)).toEqual(event.records.map((record) => record.recordId));
  expect(JSON.stringify(response).length).toBeLessThan(6 * 1024 * 1024);
  const events = response.records.flatMap((record) =>
    record.result === 'Ok' ? parseNdjson(Buffer.from(record.data, 'base64').toString()) : [],
  );
  return {
    results: response.records.map((record) => ({
      result: record.result,
      tenant: record.metadata?.partitionKeys.tenant_id,
      dt: record.metadata?.partitionKeys.dt,
      size: record.data.length,
    })),
    events,
    outcomes,
    pieces,
  };
}

function parseNdjson(text: string): Event[] {
  expect(text.endsWith('\n')).toBe(true);
  return text.trimEnd().split('\n').map(readEvent);
}

const quantities = (event: Event | undefined): string[] =>
  (event?.usage ?? [])
    .filter((entry) => entry.service !== 'Pipeline')
    .map(
      (entry) =>
        `${entry.tenant_id} ${entry.service} ${entry.resource} ${entry.operation} ${entry.meter} ${entry.quantity_micros}`,
    );

describe('identity', () => {
  it.each([
    ['its own namespace', {}, 'acme'],
    ['an unknown tenant in a namespace of no one', { tenant_id: 'newco', namespace: 'tenant-newco' }, '_unknown'],
  ])('accepts %s', async (_name, over, tenant) => {
    const { results } = await run([line(over)]);
    expect(results).toMatchObject([{ result: 'Ok', tenant, dt: '2026-11-23' }]);
  });

  it.each([
    ['no stamp', { tenant_id: undefined }, 'identity_missing'],
    ['a stamp that is no text', { tenant_id: { a: 1 } }, 'identity_missing'],
    ['a stamp that is no id', { tenant_id: '../acme' }, 'identity_invalid'],
    ['a reserved stamp', { tenant_id: '_idle' }, 'identity_reserved'],
    ['no namespace', { namespace: undefined }, 'identity_unproven'],
    ["another's namespace", { namespace: 'tenant-evil' }, 'identity_mismatch'],
    ['a registered tenant in a namespace of no one', { namespace: 'tenant-new' }, 'identity_mismatch'],
    ["an unknown tenant in another's namespace", { tenant_id: 'newco' }, 'identity_mismatch'],
    ['a shared namespace on a tenant stream', { tenant_id: '_shared', namespace: 'shared-search' }, 'shared_untrusted'],
    ['_shared from a tenant namespace', { tenant_id: '_shared' }, 'identity_reserved'],
  ])('quarantines %s', async (_name, over, reason) => {
    const { results, outcomes } = await run([line(over)]);
    expect(results[0]?.result).toBe('ProcessingFailed');
    expect(outcomes).toMatchObject([{ outcome: 'quarantined', reason }]);
  });

  it('believes a shared namespace on the platform stream, stamped as such only', async () => {
    const shared = { tenant_id: '_shared', namespace: 'shared-search' };
    const platform = { stream: 'tenantscope-platform' };
    expect((await run([line(shared)], platform)).results[0]?.tenant).toBe('_shared');
    expect((await run([line({ ...shared, tenant_id: 'acme' })], platform)).outcomes[0]?.reason).toBe(
      'identity_mismatch',
    );
  });

  it('believes the bare stamp only when told to, and never against a namespace', async () => {
    const trust = { trust: 'stamped' } as const;
    expect((await run([line({ namespace: undefined })], trust)).results[0]?.tenant).toBe('acme');
    expect((await run([line({ namespace: 'tenant-evil' })], trust)).outcomes[0]?.reason).toBe('identity_mismatch');
  });

  it('takes nothing from the text of an application or from unknown keys', async () => {
    const spoof = {
      TENANT_ID: 'evil',
      kubernetes: { namespace_name: 'tenant-evil' },
      log: '{"tenant_id":"evil","namespace":"tenant-evil","operation":"GetItem","ConsumedCapacity":{"TableName":"t","CapacityUnits":5}}',
    };
    const { results, events } = await run([line(spoof)]);
    expect(results[0]?.tenant).toBe('acme');
    expect(events[0]?.problems).toContain('envelope_unknown_key');
    expect(events[0]?.attributes).toMatchObject({ tenant_id: 'evil', 'envelope.unknown_keys': 'TENANT_ID,kubernetes' });
    expect(events[0]?.usage.map((entry) => entry.service)).toContain('DynamoDB');
    expect(events[0]?.usage.every((entry) => entry.tenant_id === 'acme')).toBe(true);
  });
});

describe('records', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['white space', ' \n\n', 'empty'],
    ['text', 'hello\n', 'undecodable'],
    ['an array', '[1,2]\n', 'undecodable'],
    ['gzip that is cut short', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 'undecodable'],
  ])('quarantines %s', async (_name, bytes, reason) => {
    expect((await run([bytes])).outcomes).toMatchObject([{ outcome: 'quarantined', reason }]);
  });

  it('keeps a bad line inside a good aggregate as text, and its neighbours untouched', async () => {
    const { events, outcomes } = await run([`${line({ offset: 1 })}garbage {\n${line({ offset: 2 })}`]);
    expect(outcomes).toMatchObject([{ outcome: 'accepted', lines: 3 }]);
    expect(events.map((event) => event.body)).toEqual(['hello', 'garbage {', 'hello']);
    expect(events.map((event) => event.problems)).toEqual([[], ['line_not_json', 'time_missing'], []]);
  });

  it('splits an aggregate of several tenants, loses no line, and gives each line the id it has alone', async () => {
    const lines = [
      line({ offset: 1 }),
      line({ tenant_id: 'evil', namespace: 'tenant-evil', offset: 2 }),
      line({ offset: 3 }),
      line({ namespace: 'tenant-evil' }),
    ];
    const { results, outcomes, pieces, events } = await run([lines.join('')]);
    expect(results[0]?.result).toBe('Dropped');
    expect(outcomes).toMatchObject([{ outcome: 'reput', lines: 4 }]);
    expect(events).toEqual([]);
    const second = await run(pieces.map((piece) => piece.data));
    expect(second.results.map((result) => result.tenant ?? result.result)).toEqual([
      'acme',
      'evil',
      'ProcessingFailed',
    ]);
    expect(second.outcomes.reduce((sum, outcome) => sum + outcome.lines, 0)).toBe(4);
    const alone = await run(lines.slice(0, 3));
    expect(second.events.map((event) => event.event_id).sort()).toEqual(
      alone.events.map((event) => event.event_id).sort(),
    );
  });

  it('quarantines the parent when a piece is not taken, and a record that went round too often', async () => {
    const mixed = `${line()}${line({ tenant_id: 'evil', namespace: 'tenant-evil' })}`;
    expect((await run([mixed], { taken: false })).outcomes[0]?.reason).toBe('reput_failed');
    const looping = `${JSON.stringify({ tenantscope_reput: { hop: 3, base: 'b', lines: [0, 1] } })}\n${mixed}`;
    expect((await run([looping])).outcomes[0]?.reason).toBe('reput_loop');
  });

  it('sends again what the answer has no room for, in halves when it never would', async () => {
    const aggregate = Array.from({ length: 9000 }, (_, offset) => line({ offset, log: 'x' })).join('');
    const lines: number[] = [];
    let waiting: Buffer[] = [Buffer.from(aggregate)];
    for (let round = 0; waiting.length > 0 && round < 8; round += 1) {
      const { outcomes, pieces } = await run(waiting);
      lines.push(...outcomes.filter((outcome) => outcome.outcome === 'accepted').map((outcome) => outcome.lines));
      waiting = pieces.map((piece) => piece.data);
    }
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBe(9000);
  });
});

describe('event ids', () => {
  const idsOf = async (texts: string[], options = {}): Promise<string[]> =>
    (await run(texts, options)).events.map((event) => event.event_id);

  it('are equal on a resend, whatever the record, and differ by position and bytes', async () => {
    const [first] = await idsOf([line()]);
    expect(
      await idsOf([`${line({ offset: 9 })}${line({ time: '2026-11-23T12:00:00Z' })}`], { sequence: '77' }),
    ).toContain(first);
    expect(await idsOf([line({ offset: 1 })])).not.toContain(first);
    expect(await idsOf([line({ log: 'other' })])).not.toContain(first);
    expect(await idsOf([line({ pod_uid: 'uid-2' })])).not.toContain(first);
  });

  it('of lines without position follow the imported file and record number, else the bytes of the record', async () => {
    const bare = line({ file: undefined, offset: undefined });
    const file = { shard: 'file-abc', sequence: '1' };
    expect(await idsOf([bare], file)).toEqual(await idsOf([bare], file));
    expect(await idsOf([bare], { ...file, sequence: '2' })).not.toEqual(await idsOf([bare], file));
    expect(await idsOf([bare], { sequence: '5' })).toEqual(await idsOf([bare], { sequence: '6' }));
  });
});

describe('lines', () => {
  const eventFor = async (log: unknown, over: Record<string, unknown> = {}): Promise<Event | undefined> =>
    (await run([line({ log: typeof log === 'string' ? log : JSON.stringify(log), ...over })])).events[0];

  it('reads pino JSON: time, level, message, ids, HTTP, duration, error; the rest as attributes', async () => {
    const event = await eventFor({
      level: 50,
      time: Date.parse('2026-11-23T09:59:58.500Z'),
      name: 'catalog-api',
      msg: 'failed',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      method: 'GET',
      statusCode: 503,
      responseTime: 12.5,
      err: { type: 'TypeError', message: 'x' },
      user: { id: 7 },
      status: 'not a code',
    });
    expect(event).toMatchObject({
      format: 'json',
      event_time: '2026-11-23T09:59:58.500Z',
      severity_number: 17,
      severity_text: '50',
      body: 'failed',
      service_name: 'catalog-api',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      http_request_method: 'GET',
      http_response_status_code: 503,
      duration_ms: 12.5,
      error_type: 'TypeError',
      attributes: { 'user.id': '7', 'err.message': 'x', status: 'not a code' },
      problems: [],
    });
  });

  it('reads an nginx access line and meters it', async () => {
    const event = await eventFor(
      '192.0.2.7 - - [23/Nov/2026:11:59:59 +0200] "GET /songs/1?q=x HTTP/1.1" 200 5120 "-" "curl/8"',
    );
    expect(event).toMatchObject({
      format: 'nginx',
      event_time: '2026-11-23T09:59:59.000Z',
      url_path: '/songs/1',
      http_response_status_code: 200,
    });
    expect(quantities(event)).toEqual(['acme Ingress  GET requests 1000000', 'acme Ingress  GET bytes_out 5120000000']);
  });

  it('meters the access lines of other proxies alike, and no AWS line a pod printed', async () => {
    const envoy = await eventFor(
      '[2026-11-23T10:00:00.100Z] "POST /songs HTTP/2" 204 - 154 7 226 100 "-" "-" "-" "a.example.com" "10.0.2.1:80"',
    );
    expect(quantities(envoy)).toEqual(['acme Ingress  POST requests 1000000', 'acme Ingress  POST bytes_out 7000000']);
    const report = await eventFor(
      'REPORT RequestId: r\tDuration: 1.0 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 18 MB',
    );
    expect(report?.format).toBe('lambda_report');
    expect(quantities(report)).toEqual([]);
  });

  it("uses the sidecar's time when the application's is absurd, and says so", async () => {
    const event = await eventFor({ time: '2020-01-01T00:00:00Z', msg: 'x' });
    expect(event).toMatchObject({
      event_time: '2026-11-23T10:00:00.123Z',
      problems: ['time_out_of_bounds'],
      attributes: { time_original: '2020-01-01T00:00:00Z' },
    });
  });

  it('meters DynamoDB capacity exactly, indexes apart, and one request', async () => {
    const event = await eventFor({
      operation: 'Query',
      ConsumedCapacity: {
        TableName: 'songs',
        CapacityUnits: 12.5,
        Table: { CapacityUnits: 2 },
        GlobalSecondaryIndexes: { 'by-artist': { CapacityUnits: 10.5 } },
      },
    });
    expect(quantities(event)).toEqual([
      'acme DynamoDB songs Query read_units 2000000',
      'acme DynamoDB songs/index/by-artist Query read_units 10500000',
      'acme DynamoDB songs Query requests 1000000',
    ]);
  });

  it.each([
    ['negative', '-1', 'usage_invalid_quantity'],
    ['too large', '1e400', 'usage_invalid_quantity'],
    ['too precise', '0.12345678', 'usage_invalid_quantity'],
  ])('leaves out a quantity that is %s, and says so', async (_name, units, problem) => {
    const event = await eventFor(
      `{"operation":"Query","ConsumedCapacity":{"TableName":"songs","CapacityUnits":${units}}}`,
    );
    expect(event?.problems).toEqual([problem]);
    expect(quantities(event)).toEqual(['acme DynamoDB songs Query requests 1000000']);
  });

  it('leaves out capacity without a known operation', async () => {
    const event = await eventFor({ operation: 'Sing', ConsumedCapacity: { TableName: 'songs', CapacityUnits: 1 } });
    expect(event?.problems).toEqual(['usage_unknown_operation']);
  });

  it('carries a quantity beyond 2^53 without loss', async () => {
    const event = await eventFor(
      '192.0.2.7 - - [23/Nov/2026:10:00:00 +0000] "GET /x HTTP/1.1" 200 9223372036853 "-" "-"',
    );
    expect(quantities(event)).toContain('acme Ingress  GET bytes_out 9223372036853000000');
  });

  it('gives the usage of a shared service to the consumer it names, if registered', async () => {
    const log = (consumer?: string): string =>
      JSON.stringify({
        operation: 'GetItem',
        tenant_id: consumer,
        ConsumedCapacity: { TableName: 't', CapacityUnits: 1 },
      });
    const shared = { tenant_id: '_shared', namespace: 'shared-search' };
    const texts = ['evil', 'nobody', undefined].map((consumer) => line({ ...shared, log: log(consumer) }));
    const { events } = await run(texts, { stream: 'tenantscope-platform' });
    expect(events.map((event) => quantities(event)[0]?.split(' ')[0])).toEqual(['evil', '_unknown', '_unknown']);
    expect(events.map((event) => event.problems)).toEqual([[], ['usage_unknown_consumer'], ['usage_no_consumer']]);
    expect(events[1]?.attributes['usage.claimed_tenant_id']).toBe('nobody');
    expect(
      events.every((event) =>
        event.usage.some((entry) => entry.tenant_id === '_shared' && entry.service === 'Pipeline'),
      ),
    ).toBe(true);
  });

  it('replaces half a surrogate pair wherever it stands, and leaves whole pairs and escaped text alone', async () => {
    const log = '{"msg":"a\\ud800b","k\\udc00":"\\ud83d\\ude00","path":"C:\\\\ud800"}';
    const event = await eventFor(log);
    expect(event?.body).toBe('a\ufffdb');
    expect(event?.attributes).toEqual({ 'k\ufffd': '\u{1f600}' });
    expect(event?.url_path).toBe('C:\\ud800');
  });

  it('bounds attributes and is not confused by keys of the prototype', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, 'v'.repeat(5000)]));
    const event = await eventFor(many);
    expect(Object.keys(event?.attributes ?? {}).length).toBe(128);
    expect(event?.problems).toEqual(['attributes_truncated']);
    const hostile = await eventFor('{"__proto__":{"a":1},"constructor":"x"}');
    expect(hostile?.attributes.constructor).toBe('x');
  });
});

describe('properties', () => {
  const anyLine = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          tenant_id: fc.constantFrom('acme', 'evil', '_shared', 'newco', 'Bad!'),
          namespace: fc.constantFrom('tenant-acme', 'tenant-evil', 'shared-search', 'x'),
          offset: fc.nat(),
          log: fc.oneof(fc.string(), fc.json()),
          app: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((over) => JSON.stringify(envelope(over))),
  );
  const anyRecord = fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.array(anyLine, { maxLength: 6 }).map((lines) => Buffer.from(lines.join('\n'))),
  );

  it('answers every record once, never throws, keeps every line, and never moves a line to a tenant it did not name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 8 }), async (records) => {
        const { results, events, outcomes } = await run(records);
        const accepted = outcomes.filter((outcome) => outcome.outcome === 'accepted');
        expect(accepted.reduce((sum, outcome) => sum + outcome.lines, 0)).toBe(events.length);
        expect(results.filter((result) => result.result === 'Ok').length).toBe(accepted.length);
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome.tenantId === 'acme' || outcome.tenantId === 'evil') {
            expect(records[index]?.toString()).toContain(`"tenant_id":"${outcome.tenantId}"`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('transforms the same record to the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 4 }), async (records) => {
        expect(await run(records)).toEqual(await run(records));
      }),
      { numRuns: 50 },
    );
  });
});
