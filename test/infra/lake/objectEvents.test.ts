import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resolve } from '../people/decide.js';
import { settingsOf, templatesOf } from '../synthesise.js';

const templates = templatesOf(settingsOf());
const lake = templates['tenantscope-lake'] as Template;
const ACCOUNT = '111122223333';
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:tenantscope-object-events`;

/** Whether the queue's own policy lets a service put a message there. */
async function sends(
  principal: string,
  context: Readonly<Record<string, string>>,
  action = 'sqs:SendMessage',
): Promise<string> {
  const [policy] = Object.values(lake.findResources('AWS::SQS::QueuePolicy'));
  const { PolicyDocument } = resolve((policy as { Properties: unknown }).Properties) as { PolicyDocument: object };
  const response = await runSimulation(
    {
      request: {
        ...{ action, principal, resource: { resource: QUEUE, accountId: ACCOUNT } },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      ...{ identityPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [] },
      resourcePolicy: PolicyDocument as never,
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(JSON.stringify(response.errors));
  return response.overallResult;
}

describe('the queue of what the bucket tells', () => {
  const from = (arn: string, account = ACCOUNT) => ({ 'aws:SourceAccount': account, 'aws:SourceArn': arn });
  const own = from('arn:aws:s3:::tenantscope-lake-bucketsdata1b2c3d4e-a1b2c3d4e5f6');

  it('takes messages from S3 for the buckets of its stack, in its account, by TLS', async () => {
    expect(await sends('s3.amazonaws.com', own)).toBe('Allowed');
  });
  it.each([
    ['of a bucket of another stack', 's3.amazonaws.com', from('arn:aws:s3:::somebody-lake-a1b2'), undefined],
    [
      'of the same name in another account',
      's3.amazonaws.com',
      { ...own, 'aws:SourceAccount': '444455556666' },
      undefined,
    ],
    ['of no bucket', 's3.amazonaws.com', { 'aws:SourceAccount': ACCOUNT }, undefined],
    ['of no account', 's3.amazonaws.com', { 'aws:SourceArn': own['aws:SourceArn'] }, undefined],
    ['without TLS', 's3.amazonaws.com', { ...own, 'aws:SecureTransport': 'false' }, undefined],
    ['from another service', 'sns.amazonaws.com', own, undefined],
    ['to be read', 's3.amazonaws.com', own, 'sqs:ReceiveMessage'],
  ])('takes none %s', async (_, principal, context, action) => {
    expect(await sends(principal, context as Readonly<Record<string, string>>, action)).toMatch(/Denied/);
  });

  it('is encrypted, keeps messages as long as SQS can, and longer from others than a run of the job', () => {
    lake.resourceCountIs('AWS::SQS::Queue', 1);
    lake.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'tenantscope-object-events',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
      VisibilityTimeout: 16 * 60,
      RedrivePolicy: Match.absent(),
    });
    const [ledger] = Object.values(
      (templates['tenantscope-jobs'] as Template).findResources('AWS::Lambda::Function', {
        Properties: { Handler: 'jobs/ledgerHandler.handler' },
      }),
    ) as { Properties: { Timeout: number; Environment: { Variables: Record<string, unknown> } } }[];
    expect(ledger?.Properties.Timeout).toBeLessThan(16 * 60);
    expect(ledger?.Properties.Environment.Variables.TENANTSCOPE_OBJECT_EVENTS).toEqual({
      'Fn::ImportValue': expect.stringMatching(/^tenantscope-lake:.*ObjectEventsQueue/),
    });
  });

  it('is told of objects that are created among the events, by the bucket itself, and was there before it', () => {
    const policies = Object.keys(lake.findResources('AWS::SQS::QueuePolicy'));
    const told = Object.entries(lake.findResources('AWS::S3::Bucket')).filter(
      ([, { Properties }]) => Properties.NotificationConfiguration !== undefined,
    );
    expect(told).toEqual([
      [
        expect.stringMatching(/^BucketsData/),
        expect.objectContaining({
          DependsOn: expect.arrayContaining(policies),
          Properties: expect.objectContaining({
            NotificationConfiguration: {
              QueueConfigurations: [
                {
                  Event: 's3:ObjectCreated:*',
                  Queue: { 'Fn::GetAtt': [expect.stringMatching(/^ObjectEventsQueue/), 'Arn'] },
                  Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'events/' }] } },
                },
              ],
            },
          }),
        }),
      ],
    ]);
    // No function of the CDK's that may change buckets.
    lake.resourceCountIs('AWS::Lambda::Function', 0);
  });
});
