import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { deploymentSchema } from '../../infra/settings/deploymentSchema.js';
import { configSchema } from '../../model/index.js';
import { TENANT_METRICS, TRANSFORM_METRICS } from '../../planner/deployedParts.js';
import { assumptionsSchema, awsPricesSchema, DEFAULT_WORKLOAD, planCells, planOf } from '../../planner/index.js';
import { powertoolsTelemetry } from '../../transforms/telemetry/powertoolsTelemetry.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const plan = planOf(
  { ...DEFAULT_WORKLOAD, tenants: 1 },
  planCells(1, 500),
  awsPricesSchema.parse({}),
  assumptionsSchema.parse({}),
);

const TYPES = {
  streams: 'AWS::Kinesis::Stream',
  delivery_streams: 'AWS::KinesisFirehose::DeliveryStream',
  functions: 'AWS::Lambda::Function',
  keys: 'AWS::KMS::Key',
  alarms: 'AWS::CloudWatch::Alarm',
  composite_alarms: 'AWS::CloudWatch::CompositeAlarm',
  dashboards: 'AWS::CloudWatch::Dashboard',
  roles: 'AWS::IAM::Role',
  policies: 'AWS::IAM::ManagedPolicy',
  tables: 'AWS::DynamoDB::Table',
  buckets: 'AWS::S3::Bucket',
  topics: 'AWS::SNS::Topic',
  queues: 'AWS::SQS::Queue',
  schedules: 'AWS::Scheduler::Schedule',
} as const;

it('says that is created what the app makes for one cell beside the platform’s', () => {
  const made = readdirSync('test/infra/golden')
    .filter((file) => file.endsWith('.resources.txt'))
    .flatMap((file) => readFileSync(`test/infra/golden/${file}`, 'utf8').split('\n'))
    .map((line) => line.split(' ')[0]);
  const counted = Object.fromEntries(
    Object.entries(TYPES).map(([name, type]) => [name, made.filter((each) => each === type).length]),
  );
  const { cells, tenants_of_the_fullest, tenants_a_cell_holds, ...parts } = plan.creates;
  expect(parts).toEqual(counted);
});

it('assumes what the app and the project file have where nothing is said', () => {
  const { alerts } = configSchema.parse({});
  const { jobs, retention, stream, delivery } = deploymentSchema.parse({});
  expect(plan.costs.assumed).toMatchObject({ every_minutes: alerts.every_minutes, logs_days: retention.logs_days });
  expect(plan.workload).toMatchObject({
    streamHours: stream.retention_hours,
    bufferSeconds: delivery.buffer_seconds,
  });
  // Billing and maintenance are reckoned as started once a day.
  for (const daily of [jobs.billing, jobs.maintenance]) expect(daily).toMatch(/^cron\(\d+ \d+ \* \* \? \*\)$/);
});

it('counts the metrics that the transform publishes of all lines and of a tenant', () => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const written: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void written.push(text));
  vi.spyOn(console, 'info').mockImplementation(() => {});
  const counts = { records: 1, lines: 1, bytes: 1 };
  powertoolsTelemetry().batchAnswered({
    summary: {
      ...{ records: 1, lines: 1, bytesIn: 1, bytesOut: 1, tenants: 1 },
      ...{ byOutcome: new Map(), byReason: new Map([['undecodable', counts]]), byTenant: new Map([['acme', counts]]) },
    } as never,
    invocationId: 'i',
    registryVersion: 'v',
    durationMs: 1,
  });
  const metrics = written.flatMap((text) => {
    const { _aws, ...fields } = JSON.parse(text) as {
      _aws: { CloudWatchMetrics: { Metrics: unknown[] }[] };
      tenant_id?: string;
    };
    return _aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(() => fields.tenant_id !== undefined));
  });
  expect(metrics.filter((ofTenant) => ofTenant)).toHaveLength(TENANT_METRICS);
  expect(metrics.filter((ofTenant) => !ofTenant)).toHaveLength(TRANSFORM_METRICS);
});
