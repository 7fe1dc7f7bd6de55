import { existsSync, readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsOf, templatesOf } from '../synthesise.js';

const templates = templatesOf(
  settingsOf({
    tenants: { table: true, mail_from: 'platform@example.com', sidecar: { cluster: 'eu-1' } },
    alarms: { runbooks_url: 'https://wiki.example.com/runbooks/' },
  }),
);
const stack = templates['tenantscope-tenants'] as Template;

function resources(type: string): readonly { Properties: Record<string, unknown> }[] {
  return Object.values(stack.findResources(type)) as { Properties: Record<string, unknown> }[];
}

describe('the stack of tenants’ lives', () => {
  it('has these resources', async () => {
    const all = Object.entries((stack.toJSON() as { Resources: Record<string, { Type: string }> }).Resources)
      .map(([id, { Type }]) => `${Type} ${id}`)
      .sort();
    await expect(`${all.join('\n')}\n`).toMatchFileSnapshot('../golden/tenantscope-tenants.resources.txt');
  });

  it('is made only where it is asked for, and never beside a second registry', () => {
    expect(Object.keys(templatesOf(settingsOf()))).not.toContain('tenantscope-tenants');
    const table = { tenants: { table: true } };
    const one = 'tenants: [{ id: acme, namespaces: [a] }]\n';
    expect(() => templatesOf(settingsOf(table, one))).toThrow(/two places.*got 1 tenants.*tenant import/s);
    const other = "registry: { from: 's3://bucket/registry.yaml' }\n";
    expect(() => templatesOf(settingsOf(table, other))).toThrow(/two places.*got s3:/s);
    const same = 'registry: { from: "dynamodb://tenantscope-registry" }\n';
    expect(Object.keys(templatesOf(settingsOf(table, same)))).toContain('tenantscope-tenants');
  });

  it('has a table that keeps what it has: recovery, protection, a key, and a stream with both images', () => {
    stack.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'tenantscope-registry',
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    });
    // Its key is open to who may read the table, in this account and through DynamoDB alone.
    stack.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'ReadersOfTheTable',
            Action: ['kms:Decrypt', 'kms:DescribeKey'],
            Condition: {
              StringEquals: { 'kms:CallerAccount': { Ref: 'AWS::AccountId' }, 'kms:ViaService': Match.anyValue() },
            },
          }),
        ]),
      },
    });
  });

  it('passes on what something follows from, in one order, and keeps what failed', () => {
    const [pipe] = resources('AWS::Pipes::Pipe');
    expect(pipe?.Properties).toMatchObject({
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON' } },
      TargetParameters: {
        SqsQueueParameters: { MessageGroupId: 'registry', MessageDeduplicationId: '$.eventID' },
      },
    });
    const { FilterCriteria } = Object(pipe?.Properties.SourceParameters) as {
      FilterCriteria: { Filters: readonly { Pattern: string }[] };
    };
    expect(FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      {
        dynamodb: {
          Keys: {
            pk: { S: ['registry'] },
            sk: { S: ['tenant#', 'plan#', 'shared#', 'cell#'].map((prefix) => ({ prefix })) },
          },
        },
      },
    ]);
    const queues = resources('AWS::SQS::Queue').map(({ Properties }) => Properties);
    expect(queues).toHaveLength(2);
    for (const queue of queues) expect(queue).toMatchObject({ FifoQueue: true, KmsMasterKeyId: expect.anything() });
    stack.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 3, deadLetterTargetArn: { 'Fn::GetAtt': [Match.anyValue(), 'Arn'] } },
    });
    stack.hasResourceProperties('AWS::Lambda::Function', { Timeout: 300 });
    stack.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    stack.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(5 0 * * ? *)',
      Target: { Input: '{"reconcile":true}', SqsParameters: { MessageGroupId: 'registry' } },
    });
  });

  it('has an alarm for each runbook of its own', () => {
    const list = readFileSync('docs/runbooks/README.md', 'utf8');
    const alarms = resources('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms).toHaveLength(3);
    for (const { AlarmName, AlarmDescription, AlarmActions, OKActions } of alarms) {
      const page = `${String(AlarmName).replace('tenantscope-', '')}.md`;
      expect(AlarmDescription).toContain(`Runbook: https://wiki.example.com/runbooks/${page}`);
      expect(existsSync(`docs/runbooks/${page}`)).toBe(true);
      expect(list).toContain(`(${page})`);
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
      for (const heading of ['Meaning', 'First checks', 'Fix', 'Escalation'])
        expect(readFileSync(`docs/runbooks/${page}`, 'utf8')).toContain(`## ${heading}\n`);
    }
  });

  it('has buckets that are encrypted, versioned, and closed to the public and to plain HTTP', () => {
    const buckets = resources('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const { Properties } of buckets) {
      expect(Properties).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: expect.anything(),
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      });
    }
  });

  it('is where the transforms of every cell read the registry, and nothing else of it', () => {
    for (const cell of ['tenantscope-cell-default', 'tenantscope-cell-platform']) {
      const text = JSON.stringify(templates[cell]?.toJSON());
      expect(text).toMatch(
        /"TENANTSCOPE_REGISTRY":\{"Fn::Join":\["",\["s3:\/\/",\{"Fn::ImportValue":"[^"]*"\},"\/registry\/registry.json"/,
      );
      expect(text).toMatch(
        /"Action":"s3:GetObject","Effect":"Allow","Resource":\{[^}]*ImportValue[^}]*\},"\/registry\/registry.json"\]\]\},"Sid":"ReadRegistry"/,
      );
      expect(text).not.toMatch(/dynamodb:/);
    }
  });

  it('mails nobody where no sender is named', () => {
    const silent = JSON.stringify(
      (templatesOf(settingsOf({ tenants: { table: true } }))['tenantscope-tenants'] as Template).toJSON(),
    );
    expect(silent).not.toMatch(/ses:SendEmail|MAIL_FROM/);
    stack.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TENANTSCOPE_MAIL_FROM: 'platform@example.com' } },
    });
  });
});
