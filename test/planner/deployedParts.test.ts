import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deploymentSchema } from '../../infra/settings/deploymentSchema.js';
import { configSchema } from '../../model/index.js';
import { assumptionsSchema, awsPricesSchema, DEFAULT_WORKLOAD, planCells, planOf } from '../../planner/index.js';

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
