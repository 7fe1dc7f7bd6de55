import { describe, expect, it } from 'vitest';
import { albLine, cloudFrontRecord, kubeletSummary, s3AccessLine, signIn } from '../ingest/importers/samples.js';

import { envelope, one, send, usageOf } from './sendSourceLines.js';

describe('imported lines', () => {
  it('are quarantined on any stream but the platform’s, and under any tenant but _shared', async () => {
    const line = envelope('alb', albLine('acme.example.com', '/'));
    const elsewhere = await send([line], { stream: 'cell-1' });
    expect(elsewhere.outcomes[0]).toMatchObject({ outcome: 'quarantined', reason: 'shared_untrusted' });
    const stamped = await send([{ ...line, tenant_id: 'acme', namespace: 'tenant-acme' }]);
    expect(stamped.outcomes[0]).toMatchObject({ outcome: 'quarantined', reason: 'identity_mismatch' });
  });

  it('keep their own time, however old, and the same id whenever they come', async () => {
    const event = await one('alb', albLine('acme.example.com', '/', { time: '2025-01-02T03:04:05.678Z' }));
    expect(event).toMatchObject({
      event_time: '2025-01-02T03:04:05.678Z',
      id_hour: '2025-01-02T03:00:00.000Z',
      problems: [],
    });
    const again = await one('alb', albLine('acme.example.com', '/', { time: '2025-01-02T03:04:05.678Z' }));
    expect(again.event_id).toBe(event.event_id);
  });

  it('that are none of their source are kept as text, and say so', async () => {
    const event = await one('alb', 'hello');
    expect(event).toMatchObject({ body: 'hello', format: 'text' });
    expect(event.problems).toContain('source_unreadable');
    expect(usageOf(event)).toEqual([]);
  });
});

describe('own lines', () => {
  const json = (app: object) => JSON.stringify({ time: '2026-11-24T11:00:00Z', level: 'info', ...app });
  const capacity = { ConsumedCapacity: { TableName: 'acme-songs', CapacityUnits: 2 }, operation: 'Query' };
  const owners = async (log: string) => [...new Set(usageOf(await one('logs', log)).map((text) => text.split(' ')[0]))];

  it('find a tenant by the table a JSON line used, and by the namespace a collector wrote', async () => {
    expect(await owners(json(capacity))).toEqual(['acme']);
    const other = { ...capacity, ConsumedCapacity: { TableName: 'songs', CapacityUnits: 2 } };
    expect(await owners(json({ ...other, kubernetes: { namespace_name: 'tenant-globex' } }))).toEqual(['globex']);
    // A shared namespace is nobody's: there the line says for whom.
    expect(await owners(json({ ...other, kubernetes: { namespace_name: 'platform' }, tenant_id: 'acme' }))).toEqual([
      'acme',
    ]);
    expect(await owners(json(other))).toEqual(['_unknown']);
  });

  it.each(['tenant_id', 'tenantId', 'tenant', 'tenant.id'])('name the tenant as %s', async (key) => {
    const other = { ...capacity, ConsumedCapacity: { TableName: 'songs', CapacityUnits: 2 } };
    expect(await owners(json({ ...other, [key]: 'globex' }))).toEqual(['globex']);
  });

  it('name the tenant of an access line, in its pairs or in nginx’s JSON', async () => {
    const line = '203.0.113.9 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"';
    expect(await owners(`${line} "-" tenant=globex`)).toEqual(['globex']);
    const nginx = { time_iso8601: '2026-11-24T10:00:00+00:00', status: 200, body_bytes_sent: 5, request_uri: '/' };
    expect(await owners(JSON.stringify({ ...nginx, host: 'acme.example.com' }))).toEqual(['acme']);
    expect(await owners(JSON.stringify({ ...nginx, tenant: 'globex' }))).toEqual(['globex']);
  });
});

describe('ALB', () => {
  it('meters requests, bytes and target seconds for the owner of the host', async () => {
    const event = await one('alb', albLine('Shop.ACME.example.com', '/cart?x=1'));
    expect(event).toMatchObject({
      format: 'alb',
      http_request_method: 'GET',
      url_path: '/cart',
      http_response_status_code: 200,
      duration_ms: 48,
    });
    expect(event.attributes).toMatchObject({
      'server.address': 'Shop.ACME.example.com',
      'client.address': '10.0.1.252',
    });
    expect(usageOf(event)).toEqual([
      'acme ALB app/my-lb/50dc6c495c0c9188 GET requests = 1000000',
      'acme ALB app/my-lb/50dc6c495c0c9188 GET bytes_in = 34000000',
      'acme ALB app/my-lb/50dc6c495c0c9188 GET bytes_out = 57000000',
      'acme ALB app/my-lb/50dc6c495c0c9188 GET target_seconds = 48000',
    ]);
  });

  it('finds a tenant by the longest path prefix, at a slash', async () => {
    const owner = async (path: string) => usageOf(await one('alb', albLine('app.example.com', path)))[0]?.split(' ')[0];
    expect(await owner('/t/acme/orders')).toBe('acme');
    expect(await owner('/t/acme')).toBe('acme');
    expect(await owner('/t/acme/globex/orders')).toBe('globex');
    expect(await owner('/t/globex/x')).toBe('globex');
    expect(await owner('/t/acmeology')).toBe('_unknown');
  });

  it('keeps what no rule knows under _unknown, with the resource it was', async () => {
    const event = await one('alb', albLine('nobody.example.com', '/'));
    expect(event.problems).toContain('usage_no_consumer');
    expect(event.attributes['usage.unclaimed_resource']).toBe('hosts=nobody.example.com');
    expect(usageOf(event)[0]).toMatch(/^_unknown ALB/);
  });

  it('has no target seconds for a request that reached no target', async () => {
    const event = await one('alb', albLine('acme.example.com', '/', { target: '-1' }));
    expect(usageOf(event).join()).not.toContain('target_seconds');
    expect(event.problems).toEqual([]);
  });
});

describe('S3 access logs', () => {
  const counted = { meterSources: { S3: 'access_logs' } } as const;
  it.each([
    ['REST.GET.OBJECT', {}, ['tier2_requests = 1000000', 'bytes_out = 2662992000000']],
    ['REST.PUT.OBJECT', { sent: '-', size: '100' }, ['tier1_requests = 1000000', 'bytes_in = 100000000']],
    ['REST.HEAD.OBJECT', { sent: '-' }, ['tier2_requests = 1000000']],
    ['REST.DELETE.OBJECT', { sent: '-' }, ['delete_requests = 1000000']],
    ['REST.GET.BUCKET', { sent: '500' }, ['tier1_requests = 1000000', 'bytes_out = 500000000']],
    [
      'REST.GET.OBJECT',
      { status: '503', sent: '300' },
      ['tier2_requests = 1000000', 'bytes_out = 300000000', 'throttled_requests = 1000000'],
    ],
    ['S3.EXPIRE.OBJECT', { sent: '-' }, []],
  ])('%s', async (operation, over, expected) => {
    const event = await one('s3_access', s3AccessLine(operation, 'acme/a%2520b.txt', over), {}, counted);
    expect(usageOf(event)).toEqual(expected.map((rest) => `acme S3 media ${operation} ${rest}`));
    expect(event.attributes['aws.s3.key']).toBe('acme/a b.txt');
    expect(event.attributes['user_agent.original']).toBe('aws "sdk"-js agent');
  });

  it('are kept and not counted while lines are the source of S3', async () => {
    const event = await one('s3_access', s3AccessLine('REST.GET.OBJECT', 'acme/a'));
    expect(usageOf(event)).toEqual([]);
    expect(event.attributes['tenantscope.cross_check']).toBe('S3');
  });
});

describe('CloudFront', () => {
  it('meters by the host the viewer asked for', async () => {
    const event = await one('cloudfront', JSON.stringify(cloudFrontRecord('www.acme.example.com', '/a')));
    expect(event).toMatchObject({ format: 'cloudfront', event_time: '2026-11-20T01:13:11.000Z', duration_ms: 1 });
    expect(usageOf(event)).toEqual([
      'acme CloudFront d111111abcdef8.cloudfront.net GET requests = 1000000',
      'acme CloudFront d111111abcdef8.cloudfront.net GET bytes_out = 182000000',
      'acme CloudFront d111111abcdef8.cloudfront.net GET bytes_in = 300000000',
    ]);
  });
});

describe('CloudTrail', () => {
  it('meters a successful Cognito sign-in and its user, whose name is not kept', async () => {
    const event = await one('cloudtrail', JSON.stringify(signIn('eu-west-1_Acme', 'user-1')));
    expect(usageOf(event)).toEqual([
      'acme Cognito eu-west-1_Acme RespondToAuthChallenge sign_ins = 1000000',
      'acme Cognito eu-west-1_Acme RespondToAuthChallenge monthly_active_users (distinct) = 1000000',
    ]);
    expect(JSON.stringify({ ...event, usage: event.usage.map(({ series }) => series) })).not.toContain('user-1');
    const other = await one('cloudtrail', JSON.stringify(signIn('eu-west-1_Acme', 'user-2')));
    expect(other.usage[1]?.series).not.toBe(event.usage[1]?.series);
  });

  it('meters neither a failed sign-in nor a challenge on the way to one, nor other calls', async () => {
    const failed = signIn('eu-west-1_Acme', 'u', { errorCode: 'NotAuthorizedException', responseElements: null });
    const challenge = signIn('eu-west-1_Acme', 'u', { responseElements: { challengeName: 'SMS_MFA' } });
    const other = signIn('eu-west-1_Acme', 'u', { eventName: 'GetUser' });
    for (const event of [failed, challenge, other]) {
      expect(usageOf(await one('cloudtrail', JSON.stringify(event)))).toEqual([]);
    }
  });
});

describe('kubelet', () => {
  it('meters CPU as a counter with its series, and memory as level times interval', async () => {
    expect(kubeletSummary('tenant-acme', 1, '2026-11-20T10:00:00Z')).toContain('podRef');
    const sample = {
      node: 'n',
      namespace: 'tenant-acme',
      pod: 'api-1',
      uid: 'u-1',
      container: 'app',
      time: '2026-11-20T10:00:00Z',
      cpu_nanoseconds: '1234567890123',
      memory_bytes: '536870912',
      interval_seconds: '60',
    };
    const event = await one('kubelet', JSON.stringify(sample));
    expect(usageOf(event)).toEqual([
      'acme EKS tenant-acme  vcpu_seconds (counter) = 1234567890',
      'acme EKS tenant-acme  memory_gib_seconds (sampled) = 30000000',
    ]);
    expect(event.usage[0]?.series).toBe('u-1/app');
  });
});

describe('CloudWatch metrics', () => {
  const point = (metric: string, dimensions: object, value: string, period = 300, namespace = 'AWS/DynamoDB') =>
    JSON.stringify({ namespace, metric, stat: 'Sum', dimensions, time: '2026-11-20T10:00:00.000Z', period, value });

  it('count for tables of one tenant when they are chosen, and the tables’ printed units do not then', async () => {
    const chosen = { meterSources: { DynamoDB: 'cloudwatch' } } as const;
    const metric = point('ConsumedReadCapacityUnits', { TableName: 'acme-orders' }, '12.5');
    expect(usageOf(await one('cloudwatch_metrics', metric, {}, chosen))).toEqual([
      'acme DynamoDB acme-orders  read_units = 12500000',
    ]);
    const printed = (table: string) =>
      JSON.stringify({
        metering: {
          v: 1,
          service: 'DynamoDB',
          operation: 'GetItem',
          tenant_id: 'acme',
          usage: [{ resource: table, read_units: 1, requests: 1 }],
        },
      });
    const shared = (log: string) => ({
      tenant_id: '_shared',
      namespace: 'platform',
      pod_uid: 'u',
      file: 'f',
      offset: 1,
      time: '2026-11-24T11:59:00Z',
      log,
    });
    const { events } = await send([shared(printed('acme-orders')), shared(printed('pooled'))], chosen);
    expect(usageOf(events[0])).toEqual(['acme DynamoDB acme-orders GetItem requests = 1000000']);
    expect(events[0]?.attributes['tenantscope.cross_check']).toBe('DynamoDB');
    expect(usageOf(events[1])).toEqual([
      'acme DynamoDB pooled GetItem read_units = 1000000',
      'acme DynamoDB pooled GetItem requests = 1000000',
    ]);
  });

  it('of a pooled table are its measured total: an event, and nobody’s usage', async () => {
    const metric = point('ConsumedReadCapacityUnits', { TableName: 'pooled' }, '99');
    const event = await one('cloudwatch_metrics', metric, {}, { meterSources: { DynamoDB: 'cloudwatch' } });
    expect(usageOf(event)).toEqual([]);
    expect(event.attributes).toMatchObject({
      'cloudwatch.metric': 'ConsumedReadCapacityUnits',
      'cloudwatch.value': '99',
    });
    expect(event.problems).toEqual([]);
  });

  it('bytes stored become GiB-hours, rounded half-even', async () => {
    const dimensions = { BucketName: 'media', StorageType: 'StandardStorage' };
    const metric = point('BucketSizeBytes', dimensions, String(3 * 1024 ** 3 + 1), 86_400, 'AWS/S3');
    expect(usageOf(await one('cloudwatch_metrics', metric))).toEqual([
      '_unknown S3 media  storage_gib_hours (sampled) = 72000000',
    ]);
  });
});
