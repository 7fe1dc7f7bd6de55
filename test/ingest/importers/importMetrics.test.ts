import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type ListMetricsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, describe, expect, it } from 'vitest';
import { importMetrics, lakeSink } from '../../../ingest/index.js';
import { buildRegistry, meterSourcesSchema, tenantSchema } from '../../../model/index.js';
import { buildLedger } from '../../../queries/index.js';
import { ledgerLines } from '../../e2e/truth.js';

const root = mkdtempSync(join(tmpdir(), 'metrics-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const NOW = Date.parse('2026-11-24T08:20:00Z');
const clock = () => NOW;
const HOUR = 3_600_000;

const registry = buildRegistry({
  tenants: [
    tenantSchema.parse({ id: 'acme', resources: { tables: ['acme-orders'], bucket_prefixes: ['acme-media'] } }),
  ],
  meterSources: meterSourcesSchema.parse({ DynamoDB: 'cloudwatch' }),
});

/** CloudWatch as it is documented: pages, at most so many values a page, two of each table's series, a daily one. */
function cloudWatch(over: { throttles?: number; failAt?: string; status?: string } = {}) {
  const client = new CloudWatchClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const mock = mockClient(client);
  let throttles = over.throttles ?? 0;
  const throttle = (): void => {
    if (throttles-- > 0) throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  };
  const calls: GetMetricDataCommandInput[] = [];
  mock.on(ListMetricsCommand).callsFake((input: ListMetricsCommandInput) => {
    throttle();
    const names = (input.Dimensions ?? []).map(({ Name }) => Name);
    if (input.Namespace === 'AWS/S3')
      return {
        Metrics: [
          {
            Dimensions: [
              { Name: 'StorageType', Value: 'StandardStorage' },
              { Name: 'BucketName', Value: 'acme-media' },
            ],
          },
        ],
      };
    if (input.MetricName !== 'ConsumedReadCapacityUnits') return { Metrics: [] };
    // ListMetrics also gives series with further dimensions than those asked for.
    if (input.NextToken === undefined)
      return { Metrics: [{ Dimensions: [{ Name: 'TableName', Value: 'acme-orders' }] }], NextToken: 'more' };
    const index = [
      { Name: 'TableName', Value: 'acme-orders' },
      { Name: 'GlobalSecondaryIndexName', Value: 'by-day' },
    ];
    return {
      Metrics: [
        { Dimensions: index },
        ...(names.length === 1 ? [{ Dimensions: [{ Name: 'TableName', Value: 'pooled' }] }] : []),
      ],
    };
  });
  mock.on(GetMetricDataCommand).callsFake((input: GetMetricDataCommandInput) => {
    throttle();
    calls.push(input);
    const start = input.StartTime?.getTime() ?? 0;
    const end = input.EndTime?.getTime() ?? 0;
    if (over.failAt !== undefined && end > Date.parse(over.failAt))
      return {
        MetricDataResults: [{ Id: 'q0', StatusCode: over.status ?? 'InternalError', Messages: [{ Value: 'oops' }] }],
      };
    const first = input.NextToken === undefined;
    const half = start + Math.floor((end - start) / 2 / HOUR) * HOUR;
    const [from, to] = first ? [start, half] : [half, end];
    return {
      ...(first ? { NextToken: 'page-2' } : {}),
      MetricDataResults: (input.MetricDataQueries ?? []).map(({ Id, MetricStat }) => {
        const period = (MetricStat?.Period ?? 300) * 1000;
        const times: Date[] = [];
        for (let at = Math.ceil(from / period) * period; at < to; at += period) times.push(new Date(at));
        const isS3 = MetricStat?.Metric?.Namespace === 'AWS/S3';
        return {
          Id,
          StatusCode: first ? 'PartialData' : 'Complete',
          Timestamps: times,
          Values: times.map(() => (isS3 ? 2 ** 30 : 1.5)),
        };
      }),
    };
  });
  return { client, calls };
}

const waits: number[] = [];
function setUp(name: string, cloud: ReturnType<typeof cloudWatch>) {
  const lake = join(root, `${name}-${folders++}`);
  mkdirSync(lake);
  const options = {
    client: cloud.client,
    sleep: async (ms: number) => {
      waits.push(ms);
    },
    random: () => 0.5,
    sink: () =>
      lakeSink({
        lake,
        registry,
        trust: 'namespace',
        platformStream: 'p',
        stream: 'p',
        clock,
        memoryMb: 256,
        threads: 1,
      }),
    position: join(lake, 'positions', 'cloudwatch-metrics.json'),
    since: Date.parse('2026-11-23T20:00:00Z'),
    until: Date.parse('2026-11-24T08:00:00Z'),
  };
  const booked = async (): Promise<string[]> => {
    await buildLedger({ lake, clock, memoryMb: 256, threads: 1 });
    return (await ledgerLines(lake)).filter((line) => !line.includes('| Pipeline |'));
  };
  return { lake, options, booked };
}

const total = (lines: readonly string[], resource: string): bigint =>
  lines
    .filter((line) => line.includes(` | ${resource} | `))
    .reduce((sum, line) => sum + BigInt(/: (\d+) in/.exec(line)?.[1] ?? 0), 0n);

describe('importMetrics', () => {
  it('books the units of a tenant’s table and index, and what a bucket stores; not those of a pooled table', async () => {
    const { options, booked } = setUp('lake', cloudWatch());
    const summary = await importMetrics(options);
    expect(summary).toMatchObject({ series: 4, from: '2026-11-23T20:00:00.000Z', through: '2026-11-24T08:00:00.000Z' });
    const lines = await booked();
    // Twelve hours of twelve values of 1.5 units.
    expect(total(lines, 'acme-orders')).toBe(216_000_000n);
    expect(total(lines, 'acme-orders/index/by-day')).toBe(216_000_000n);
    expect(total(lines, 'pooled')).toBe(0n);
    // The day before the day before yesterday became final at midnight; 1 GiB for 24 hours.
    expect(total(lines, 'acme-media')).toBe(24_000_000n);
  });

  it('asks every page, within the limit of queries a call, and waits out throttles', async () => {
    const cloud = cloudWatch({ throttles: 3 });
    waits.length = 0;
    await importMetrics(setUp('lake', cloud).options);
    expect(waits.length).toBe(3);
    expect(Math.max(...cloud.calls.map(({ MetricDataQueries = [] }) => MetricDataQueries.length))).toBeLessThanOrEqual(
      500,
    );
    expect(cloud.calls.filter(({ NextToken }) => NextToken === 'page-2').length).toBe(cloud.calls.length / 2);
  });

  it('goes on where it ended, and books nothing twice when a step is read again', async () => {
    const { options, booked, lake } = setUp('lake', cloudWatch());
    await importMetrics({ ...options, until: Date.parse('2026-11-24T02:00:00Z') });
    expect(JSON.parse(readFileSync(options.position, 'utf8'))).toEqual({
      version: 1,
      through: '2026-11-24T02:00:00.000Z',
    });
    // Killed after the delivery and before the position was written.
    writeFileSync(options.position, '{"version":1,"through":"2026-11-23T23:00:00.000Z"}\n');
    const summary = await importMetrics(options);
    expect(summary.from).toBe('2026-11-23T23:00:00.000Z');
    expect(total(await booked(), 'acme-orders')).toBe(216_000_000n);
    expect(await importMetrics(options)).toMatchObject({ values: 0, series: 0 });
    expect(existsSync(join(lake, 'positions'))).toBe(true);
  });

  it('reads a step whole or not at all, and keeps what was read before', async () => {
    const { options, booked } = setUp('lake', cloudWatch({ failAt: '2026-11-24T03:00:00Z' }));
    await expect(importMetrics(options)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(total(await booked(), 'acme-orders')).toBe(108_000_000n);
    await importMetrics({ ...options, client: cloudWatch().client });
    expect(total(await booked(), 'acme-orders')).toBe(216_000_000n);
  });

  it('gives up on a CloudWatch that throttles for ever, and on a position that is none', async () => {
    const { options, lake } = setUp('lake', cloudWatch({ throttles: 1e9 }));
    await expect(importMetrics(options)).rejects.toThrow(
      /CloudWatch does not answer: got ThrottlingException, 10 times/,
    );
    mkdirSync(join(lake, 'positions'), { recursive: true });
    writeFileSync(options.position, 'yesterday');
    await expect(importMetrics(options)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
