import { readdirSync, readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { PIPELINE_PARTS } from '../../infra/cell/pipelineParts.js';
import { EVENT_COLUMNS, eventTable, hiveProperties, hiveType } from '../../model/index.js';
import { CELL_ALARMS } from '../../planner/index.js';
import { appOf, settingsOf, templatesOf } from './synthesise.js';

const templates = templatesOf(
  settingsOf({ alarms: { mail: ['on-call@example.com'], runbooks_url: 'https://wiki.example.com/runbooks/' } }),
);
const stack = (name: string): Template => templates[name] as Template;
const cell = stack('tenantscope-cell-default');
const lake = stack('tenantscope-lake');

/** Every resource of a type, by its logical id. */
function resources(
  template: Template,
  type: string,
): Readonly<Record<string, { Properties: Record<string, unknown> }>> {
  return template.findResources(type) as Record<string, { Properties: Record<string, unknown> }>;
}

describe('the resources of each stack', () => {
  it.each(Object.keys(templates))('%s', async (name) => {
    const all = Object.entries((stack(name).toJSON() as { Resources: Record<string, { Type: string }> }).Resources)
      // The version's id follows from the bundle.
      .map(([id, { Type }]) => `${Type} ${id.replace(/(?<=CurrentVersion\w{8})\w+$/, '…')}`)
      .sort();
    await expect(`${all.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.resources.txt`);
  });
});

describe('an unacknowledged finding', () => {
  it('of cdk-nag fails the synthesis', () => {
    const app = appOf(settingsOf());
    new Topic(new Stack(app, 'careless'), 'Plain');
    expect(() => app.synth()).toThrow(/[Vv]alidation/);
  });

  it('has a reason for each that is acknowledged', () => {
    const metadata = JSON.stringify(
      appOf(settingsOf())
        .node.findAll()
        .flatMap((construct) => construct.node.metadata),
    );
    const acknowledged = [...metadata.matchAll(/"Annotation::(AwsSolutions-[^"]+)":"([^"]+)"/g)];
    expect(acknowledged.length).toBeGreaterThan(3);
    for (const [, , reason] of acknowledged) expect(reason).toMatch(/\w+ \w+ \w+/);
  });
});

describe('the lake', () => {
  it('has buckets that are encrypted, versioned, and closed to the public and to plain HTTP', () => {
    const buckets = Object.entries(resources(lake, 'AWS::S3::Bucket'));
    expect(buckets).toHaveLength(4);
    const policies = JSON.stringify(resources(lake, 'AWS::S3::BucketPolicy'));
    for (const [id, { Properties }] of buckets) {
      expect(Properties).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      expect(Properties.BucketEncryption).toBeDefined();
      expect(policies).toContain(`"Bucket":{"Ref":"${id}"}`);
    }
    expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(4);
    expect(policies.match(/"s3:TlsVersion":1.2/g)).toHaveLength(4);
  });

  it('keeps its data when the stack goes, and forgets errors and results', () => {
    lake.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    lake.allResources('AWS::KMS::Key', { DeletionPolicy: 'Retain' });
    lake.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Id: 'errors', Prefix: 'errors/', ExpirationInDays: 30 })]),
      },
    });
    // What is not under a prefix expires in the buckets of access logs and of results, and nowhere else.
    const expiring = Object.entries(resources(lake, 'AWS::S3::Bucket')).flatMap(([id, { Properties }]) => {
      const { Rules } = Properties.LifecycleConfiguration as {
        Rules: { Prefix?: string; ExpirationInDays?: number }[];
      };
      return Rules.flatMap(({ Prefix, ExpirationInDays }) =>
        Prefix === undefined && ExpirationInDays !== undefined ? [[id.replace(/\w{8}$/, ''), ExpirationInDays]] : [],
      );
    });
    expect(expiring).toEqual([
      ['BucketsAccessLogs', 90],
      ['BucketsResults', 14],
    ]);
  });

  it('locks billing exports where that is asked for, and only then', () => {
    expect(JSON.stringify(resources(lake, 'AWS::S3::Bucket'))).not.toContain('ObjectLock');
    const locked = templatesOf(settingsOf({ retention: { exports_locked_days: 3653 } }))[
      'tenantscope-lake'
    ] as Template;
    locked.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3653 } } },
    });
  });

  it('has the event table of the model, its tenants injected', () => {
    const bucket = { 'Fn::Join': ['', ['s3://', { Ref: Match.stringLikeRegexp('^BucketsData') }, '/events/']] };
    lake.hasResourceProperties('AWS::Glue::Table', {
      DatabaseName: 'tenantscope',
      TableInput: {
        Name: 'events',
        StorageDescriptor: {
          Columns: EVENT_COLUMNS.map(({ name, type }) => Match.objectLike({ Name: name, Type: hiveType(type) })),
          Location: bucket,
        },
        PartitionKeys: [Match.objectLike({ Name: 'tenant_id' }), Match.objectLike({ Name: 'dt' })],
        Parameters: Match.objectLike({
          'projection.enabled': 'true',
          'projection.tenant_id.type': 'injected',
          'projection.dt.range': '2026-01-01,NOW+1DAYS',
        }),
      },
    });
    const known = Object.keys(hiveProperties(eventTable('s3://x/events', ['2026-01-01', 'NOW+1DAYS'])));
    const [table] = Object.values(resources(lake, 'AWS::Glue::Table')) as unknown as [
      { Properties: { TableInput: { Parameters: object } } },
    ];
    expect(Object.keys(table.Properties.TableInput.Parameters).sort()).toEqual(known.sort());
  });
});

describe('a cell', () => {
  it('has an on-demand stream that keeps records for 72 hours, encrypted with a key of its own', () => {
    cell.hasResource('AWS::Kinesis::Stream', {
      DeletionPolicy: 'Retain',
      Properties: {
        Name: 'tenantscope-default',
        RetentionPeriodHours: 72,
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        StreamEncryption: { EncryptionType: 'KMS' },
      },
    });
    cell.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('delivers by tenant and date as Parquet, 1 MB at a time through the transform, errors apart', () => {
    cell.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamType: 'KinesisStreamAsSource',
      ExtendedS3DestinationConfiguration: {
        Prefix: 'events/tenant_id=!{partitionKeyFromLambda:tenant_id}/dt=!{partitionKeyFromLambda:dt}/',
        ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/',
        BufferingHints: { SizeInMBs: 128, IntervalInSeconds: 300 },
        DynamicPartitioningConfiguration: { Enabled: true },
        CloudWatchLoggingOptions: { Enabled: true },
        DataFormatConversionConfiguration: {
          Enabled: true,
          InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
          SchemaConfiguration: { VersionId: 'LATEST' },
        },
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            {
              Type: 'Lambda',
              Parameters: Match.arrayWith([
                { ParameterName: 'BufferSizeInMBs', ParameterValue: '1' },
                { ParameterName: 'BufferIntervalInSeconds', ParameterValue: '60' },
                { ParameterName: 'NumberOfRetries', ParameterValue: '3' },
              ]),
            },
          ],
        },
      },
    });
  });

  it('calls the transform by its alias, so that a version can be taken back', () => {
    cell.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'handler.handler',
      Environment: { Variables: { TENANTSCOPE_STREAM: { Ref: Match.stringLikeRegexp('^Source') } } },
    });
    cell.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live' });
    cell.hasResource('AWS::Lambda::Version', { DeletionPolicy: 'Retain' });
    cell.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: {
        ProcessingConfiguration: {
          Processors: [
            {
              Parameters: Match.arrayWith([
                { ParameterName: 'LambdaArn', ParameterValue: { Ref: Match.stringLikeRegexp('^TransformLive') } },
              ]),
            },
          ],
        },
      },
    });
  });

  it('lets nobody write before Firehose reads: the writers’ policy comes after the delivery stream', () => {
    const [policy] = Object.values(cell.findResources('AWS::IAM::ManagedPolicy')) as [
      { DependsOn: string[]; Properties: { PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] } } },
    ];
    expect(policy.DependsOn).toEqual([expect.stringMatching(/^DeliveryStream/)]);
    const [put, encrypt, ...others] = policy.Properties.PolicyDocument.Statement;
    expect(put).toMatchObject({
      Action: ['kinesis:PutRecord', 'kinesis:PutRecords'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Source/), 'Arn'] },
    });
    expect(encrypt).toMatchObject({ Action: 'kms:GenerateDataKey' });
    expect(others).toEqual([]);
  });

  it.each([
    ['dynamodb://registry', ['dynamodb:GetItem', 'dynamodb:Query'], ':table/registry'],
    ['s3://platform/registry.yaml', 's3:GetObject', ':s3:::platform/registry.yaml'],
  ])('reads the registry %s and no other', (from, actions, arn) => {
    const templates = templatesOf(settingsOf({}, `registry: { from: '${from}' }\n`));
    const [statement] = JSON.stringify(templates['tenantscope-cell-default']?.toJSON()).match(
      /\{[^{]*"Action":[^{]*"Effect":"Allow","Resource":\{"Fn::Join":[^}]*\}[^}]*(?:\}[^}]*)*?"Sid":"ReadRegistry"\}/,
    ) ?? [''];
    expect(statement).toContain(JSON.stringify(actions));
    expect(statement).toContain(arn);
  });

  it('has an alarm for each runbook and a runbook for each alarm, both ways told on the topic of details', () => {
    const alarms = Object.values(resources(cell, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    // Those of the jobs and of the registry are looked at in jobs/jobsStack.test.ts and tenants/TenantsStack.test.ts.
    const pages = readdirSync('docs/runbooks').filter(
      (file) => !/^(README|ledger-|detection-|billing-|maintenance-|nightly-|jobs-|object-|tenant-)/.test(file),
    );
    const names = alarms.map(({ AlarmName }) => String(AlarmName).replace('tenantscope-default-', ''));
    const called = ['pipeline-broken.md', 'pipelines-broken.md'];
    expect([...names.map((name) => `${name}.md`), ...called].sort()).toEqual(pages.sort());
    expect(names).toHaveLength(CELL_ALARMS);
    expect(names.sort()).toEqual(Object.keys(PIPELINE_PARTS).sort());
    const list = readFileSync('docs/runbooks/README.md', 'utf8');
    for (const { AlarmName, AlarmDescription, AlarmActions, OKActions } of alarms) {
      const page = `${String(AlarmName).replace('tenantscope-default-', '')}.md`;
      expect(AlarmDescription).toContain(`Runbook: https://wiki.example.com/runbooks/${page}`);
      expect(AlarmActions).toEqual([{ 'Fn::ImportValue': expect.stringContaining('RefDetails') }]);
      expect(OKActions).toEqual(AlarmActions);
    }
    for (const page of pages) {
      expect(list).toContain(`(${page})`);
      const text = readFileSync(`docs/runbooks/${page}`, 'utf8');
      for (const heading of ['Meaning', 'First checks', 'Fix', 'Escalation']) expect(text).toContain(`## ${heading}\n`);
    }
  });

  it('raises the alarm of its partitions with its quota', () => {
    const raised = templatesOf(settingsOf({ cells: [{ id: 'default', partition_quota: 5000 }] }));
    raised['tenantscope-cell-default']?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'tenantscope-default-partitions-near-limit',
      Threshold: 4000,
    });
    raised['tenantscope-cell-default']?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('Runbook: docs/runbooks/partitions-near-limit.md$'),
    });
    cell.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'tenantscope-default-partitions-near-limit',
      Threshold: 400,
    });
  });
});

describe('roles', () => {
  it('of services have no action with a wildcard, and no resource with one but prefixes of a delivery, and what jobs need', () => {
    // What people may is told apart, case by case: people/policies.test.ts.
    for (const name of Object.keys(templates).filter((stack) => !stack.endsWith('-people'))) {
      const document = stack(name).toJSON() as { Resources: Record<string, { Type: string; Properties: object }> };
      const identities = Object.values(document.Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
      const statements = JSON.stringify(identities);
      expect(statements).not.toMatch(/"Action":"\*"|"[a-z0-9-]+:[A-Za-z]*\*"/);
      const wild = [...statements.matchAll(/"([^"]*\*)"/g)].map(([, text]) => text);
      // Of jobs each is a row of jobs/policies.test.ts.
      const jobs = ['/*', '/athena/tenantscope-ledger/*', '/errors/*', '/events/*', '/events_compacted/*', '/ledger/*'];
      const tables = [':table/tenantscope/*', ':table/tenantscope/stage_*', 'athena/tenantscope-ledger/*'];
      const known = name.includes('-cell-')
        ? ['/errors/*', '/events/*']
        : name.endsWith('-jobs')
          ? [...jobs, ...tables]
          : [];
      expect([...new Set(wild)].sort()).toEqual(known.sort());
    }
  });

  it('of alarms: CloudWatch of this account alone publishes, by mail to whoever is listed', () => {
    stack('tenantscope-on-call').hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'AlarmsPublish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
    stack('tenantscope-on-call').hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
  });
});
