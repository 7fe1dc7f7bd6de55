import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/index.js';

import { albLine, cloudFrontRecord, s3AccessLine, signIn } from '../ingest/importers/samples.js';
import { line, quantities, run } from './runTransform.js';

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
      attributes: { 'user.id': '7', 'exception.message': 'x', status: 'not a code' },
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
    const caddy = await eventFor({
      level: 'info',
      ts: 1795428000.5,
      logger: 'http.log.access',
      request: { method: 'GET', uri: '/songs?q=x', host: 'a.example.com' },
      size: 18,
      status: 200,
    });
    expect(quantities(caddy)).toEqual(['acme Ingress  GET requests 1000000', 'acme Ingress  GET bytes_out 18000000']);
    const report = await eventFor(
      'REPORT RequestId: r\tDuration: 1.0 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 18 MB',
    );
    expect(report?.format).toBe('lambda_report');
    expect(quantities(report)).toEqual([]);
  });

  // An importer's lines of the same formats are metered: what a pod prints has not come from AWS.
  it.each([
    ['cloudfront', Object.values(cloudFrontRecord('www.acme.example.com', '/a')).join('\t')],
    ['cloudfront', JSON.stringify(cloudFrontRecord('www.acme.example.com', '/a'))],
    ['cloudtrail', JSON.stringify({ eventVersion: '1.08', ...signIn('eu-west-1_Acme', 'user-1') })],
    ['alb', albLine('acme.example.com', '/')],
    ['s3_access', s3AccessLine('REST.GET.OBJECT', 'acme/a')],
    [
      'lambda_report',
      '{"time":"2026-11-23T10:00:00.000Z","type":"platform.report","record":{"requestId":"r","tenantId":"acme","metrics":{"durationMs":1,"billedDurationMs":2,"memorySizeMB":128}}}',
    ],
    [
      'lambda_platform',
      '{"time":"2026-11-23T10:00:00.000Z","type":"platform.start","record":{"requestId":"r","version":"1"}}',
    ],
  ])('a line of %s that a pod printed bills nobody', async (format, log) => {
    for (const printed of [log, log.replace(/\}$/, ',"metering":{"v":1,"tenant_id":"globex"}}')]) {
      const event = await eventFor(printed);
      expect(event?.format).toBe(format);
      expect(quantities(event)).toEqual([]);
    }
  });

  it("uses the sidecar's time when the application's is absurd, and says so", async () => {
    const event = await eventFor({ time: '2020-01-01T00:00:00Z', msg: 'x' });
    expect(event).toMatchObject({
      event_time: '2026-11-23T10:00:00.123Z',
      problems: ['time_out_of_bounds'],
      attributes: { time_original: '2020-01-01T00:00:00Z' },
    });
  });

  it("meters no copy of a line: in a runtime's frame it was printed by another container", async () => {
    const line = JSON.stringify({ operation: 'Query', ConsumedCapacity: { TableName: 'songs', CapacityUnits: 1 } });
    const access = '192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"';
    for (const copied of [line, access]) {
      expect(quantities(await eventFor(copied))).not.toEqual([]);
      expect(quantities(await eventFor(`2026-11-23T10:00:00Z stdout F ${copied}`))).toEqual([]);
      const docker = JSON.stringify({ log: `${copied}\n`, stream: 'stdout', time: '2026-11-23T10:00:00Z' });
      expect(quantities(await eventFor(docker))).toEqual([]);
    }
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
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, 'v'.repeat(5000)]));
    const event = await eventFor(many);
    expect(Object.keys(event?.attributes ?? {}).length).toBe(128);
    expect(event?.problems).toEqual(['attributes_truncated']);
    const hostile = await eventFor('{"__proto__":{"a":1},"constructor":"x"}');
    expect(hostile?.attributes.constructor).toBe('x');
  });

  it('reads a long JSON line that nests deeper than any log as text, and a short or flat one as JSON', async () => {
    const nested = (depth: number, fill: number): string =>
      `{"a":${'['.repeat(depth)}"${'x'.repeat(fill)}"${']'.repeat(depth)}}`;
    expect((await eventFor(nested(2000, 40_000)))?.format).toBe('text');
    expect((await eventFor(nested(900, 40_000)))?.format).toBe('json');
    expect((await eventFor(JSON.stringify({ a: '[{"'.repeat(20_000) })))?.format).toBe('json');
  });
});
