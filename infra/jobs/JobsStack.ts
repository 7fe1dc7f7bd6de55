import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { JOB_SIZES } from '../../planner/index.js';
import { acknowledge } from '../acknowledge.js';
import { allowLogs } from '../allowLogs.js';
import { registryGrants } from '../cell/registryGrants.js';
import type { LakeStack } from '../lake/LakeStack.js';
import type { OnCallStack } from '../oncall/OnCallStack.js';
import { workgroupName } from '../people/Workgroups.js';
import type { Settings } from '../settings/readSettings.js';
import { registryFrom } from '../settings/registryFrom.js';
import { channelGrants } from './channelGrants.js';
import { JobAccess } from './JobAccess.js';
import { JobAlarms } from './JobAlarms.js';
import { JobFunction } from './JobFunction.js';
import { JobSchedules } from './JobSchedules.js';
import { alertsTableName, JobTables } from './JobTables.js';
import { JOB_NAMES, type JobName } from './jobNames.js';
import { jobWildcards } from './jobWildcards.js';
import { stateGrants, stateWildcards } from './stateGrants.js';

/** Folders with the bundles of the jobs and what they read beside them: without and with DuckDB. */
export interface JobBundles {
  readonly light: string;
  readonly duckdb: string;
}

/** What the jobs are made with. */
export interface JobsStackProps extends StackProps {
  readonly settings: Settings;
  readonly lake: LakeStack;
  readonly onCall: OnCallStack;
  readonly bundles: JobBundles;
  /** Version of this program, for what billing exports say. */
  readonly version: string;
}

const SAYS: Readonly<Record<JobName, string>> = {
  ledger: 'books what is new in the lake, and seals dates that are over',
  detection: 'judges what was booked, keeps incidents and tells them',
  billing: 'exports the months that are not closed',
  maintenance: 'keeps the tables of the ledger and the objects of the lake few and large',
};

/**
 * What runs by schedule: the ledger job and, behind each run of it that went through, the detection job; the billing job; the
 * maintenance job. Each run is told which time it was scheduled for, and one that was done is not done again. What fails to the end
 * is kept in a queue, and told.
 */
export class JobsStack extends Stack {
  constructor(scope: Construct, id: string, props: JobsStackProps) {
    const { settings, lake, onCall, bundles, version, ...rest } = props;
    super(scope, id, { ...rest, description: 'tenantscope: the scheduled jobs' });
    const { deployment, config } = settings;
    const { prefix, jobs } = deployment;
    const key = new Key(this, 'JobsKey', {
      alias: `alias/${prefix}-jobs`,
      description: 'tenantscope: logs and environments of the jobs',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    allowLogs(key, this);
    const tables = new JobTables(this, 'Tables', { prefix, key: lake.key });
    const failed = new Queue(this, 'Failed', {
      queueName: `${prefix}-jobs-given-up`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(failed, { 'AwsSolutions-SQS3': 'it is where what failed to the end is kept' });
    const access = new JobAccess(this, { prefix, lake, tables, onAthena: jobs.trino === undefined });
    const channels = channelGrants(this, config);
    const registry = registryFrom(settings);
    const common = [
      ...access.common(),
      ...registryGrants(this, registry),
      new PolicyStatement({ sid: 'Environment', actions: ['kms:Decrypt'], resources: [key.keyArn] }),
    ];
    const statements: Readonly<Record<JobName, readonly PolicyStatement[]>> = {
      ledger: [...access.makingLedger(), ...access.takingEvents()],
      detection: [
        ...access.readingLedger(),
        ...(config.detection.state === undefined
          ? access.keepingIncidents()
          : stateGrants(this, config.detection.state)),
        ...(Object.keys(config.alerts.channels).length === 0 ? publishing(onCall) : []),
        ...channels.statements,
      ],
      billing: [...access.readingLedger(), ...access.exporting(), ...signing(jobs.signing_secret)],
      maintenance: access.maintaining(),
    };
    const environment = {
      TENANTSCOPE_CONFIG: 'tenantscope.yaml',
      TENANTSCOPE_LAKE: lake.buckets.data.s3UrlForObject(),
      TENANTSCOPE_ATHENA_DATABASE: lake.tables.database,
      TENANTSCOPE_ATHENA_WORKGROUP: workgroupName(prefix, 'ledger'),
      TENANTSCOPE_STATE: `dynamodb://${tables.jobs.tableName}`,
      TENANTSCOPE_VERSION: version,
      ...(registry === undefined ? {} : { TENANTSCOPE_REGISTRY: registry }),
      ...(jobs.trino === undefined
        ? {}
        : { TENANTSCOPE_TRINO_URL: jobs.trino.url, TENANTSCOPE_LEDGER_CATALOG: jobs.trino.ledger_catalog }),
    };
    const own: Readonly<Record<JobName, Readonly<Record<string, string>>>> = {
      ledger: { TENANTSCOPE_OBJECT_EVENTS: lake.objectEvents.queueUrl },
      detection: {
        TENANTSCOPE_ALERTS: `dynamodb://${tables.alerts.tableName}`,
        TENANTSCOPE_ALERTS_TOPIC: onCall.topic.topicArn,
      },
      billing: {
        TENANTSCOPE_EXPORTS: lake.buckets.exports.s3UrlForObject(),
        ...(jobs.signing_secret === undefined ? {} : { TENANTSCOPE_SIGNING_SECRET: jobs.signing_secret }),
      },
      maintenance: {},
    };
    const make = (job: JobName, next?: JobFunction): JobFunction => {
      const heavy = job === 'billing' || job === 'maintenance';
      const made = new JobFunction(this, job, {
        ...{ prefix, job, key, says: SAYS[job], memoryMb: JOB_SIZES[job].memoryMb, diskMb: JOB_SIZES[job].diskMb },
        bundle: heavy ? bundles.duckdb : bundles.light,
        architecture: heavy ? jobs.duckdb_architecture : JOB_SIZES[job].architecture,
        environment: {
          ...environment,
          ...own[job],
          ...(heavy ? { TENANTSCOPE_MEMORY_MB: String(Math.floor(JOB_SIZES[job].memoryMb / 2)) } : {}),
        },
        statements: [...common, ...statements[job]],
        logsDays: deployment.retention.logs_days,
        reserveConcurrency: jobs.reserve_concurrency,
        failed,
        ...(next === undefined ? {} : { next }),
      });
      for (const [resource, reason] of Object.entries({
        ...jobWildcards(job, prefix, lake),
        ...channels.wildcards,
        ...stateWildcards(config.detection.state),
      })) {
        acknowledge(made, {
          [`AwsSolutions-IAM5[Resource::${resource.replaceAll(/\$\{([^}]*)\}/g, '<$1>')}]`]: reason,
        });
      }
      return made;
    };
    const detection = make('detection');
    const made: Readonly<Record<JobName, JobFunction>> = {
      detection,
      ledger: make('ledger', detection),
      billing: make('billing'),
      maintenance: make('maintenance'),
    };
    const everyMinutes = config.alerts.every_minutes;
    new JobSchedules(this, 'Schedules', { prefix, jobs, everyMinutes, failed, functions: made });
    new JobAlarms(this, 'Alarms', {
      prefix,
      failed,
      objectEvents: lake.objectEvents,
      functions: {
        ledger: made.ledger.function,
        detection: made.detection.function,
        billing: made.billing.function,
        maintenance: made.maintenance.function,
      },
      everyMinutes: jobs.schedules ? everyMinutes : undefined,
      runbooks: deployment.alarms.runbooks_url ?? 'docs/runbooks/',
      details: new SnsAction(onCall.details),
      topic: onCall.topic,
    });
    for (const job of JOB_NAMES) new CfnOutput(this, `${job}Function`, { value: made[job].function.functionName });
    new CfnOutput(this, 'AlertsState', { value: `dynamodb://${alertsTableName(prefix)}` });
  }
}

/** The topic of the on-call stack, which is encrypted. */
function publishing({ topic, key }: OnCallStack): readonly PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'TellOnCall', actions: ['sns:Publish'], resources: [topic.topicArn] }),
    new PolicyStatement({ sid: 'TopicKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
  ];
}

function signing(secret: string | undefined): readonly PolicyStatement[] {
  if (secret === undefined) return [];
  return [new PolicyStatement({ sid: 'SigningKey', actions: ['secretsmanager:GetSecretValue'], resources: [secret] })];
}
