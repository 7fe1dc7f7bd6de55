import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LAKE } from '../../model/index.js';
import { acknowledge } from '../acknowledge.js';

/** What the queue is made with. */
export interface ObjectEventsProps {
  readonly prefix: string;
  /** The bucket whose events it is told of. */
  readonly data: Bucket;
}

/** A message is not handed out again before the longest run of the ledger job is over. */
const HANDED_OUT = Duration.minutes(16);
/** CloudFormation names a bucket after its stack, and may cut a long name short. */
const CERTAIN_CHARACTERS = 20;

/**
 * The queue that the bucket tells of every object created below `events/`, for the ledger job. Straight from S3: it filters by prefix,
 * takes nothing for it, and nothing stands between. The bucket itself says where it tells (a property of it, no function that changes
 * buckets), so the queue and its policy are there before it, and the policy cannot name a bucket whose name CloudFormation makes
 * up: it names the account, and buckets of this stack. The queue's own encryption, whose key cannot be set so that no event gets
 * in, which nobody would hear of.
 */
export class ObjectEvents extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { prefix, data }: ObjectEventsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.queue = new Queue(this, 'Queue', {
      queueName: `${prefix}-object-events`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The most there is. Whatever is older is found by the listing of the day.
      retentionPeriod: Duration.days(14),
      visibilityTimeout: HANDED_OUT,
    });
    acknowledge(this.queue, {
      'AwsSolutions-SQS3':
        'while the ledger job fails, its messages are handed out again and again: counting that would move good ones elsewhere. A message it cannot read is told and removed, since the bucket is listed once a day',
    });
    const resource = `${stack.stackName.slice(0, CERTAIN_CHARACTERS)}*`;
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LakeTells',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 's3', region: '', account: '', resource }) },
        },
      }),
    );
    const bucket = data.node.defaultChild;
    if (!(bucket instanceof CfnBucket)) throw new TypeError('the bucket of the lake is not made here');
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: this.queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: `${LAKE.events}/` }] } },
        },
      ],
    };
    // S3 sends a test when it is told, and refuses a queue that does not let it.
    data.node.addDependency(this.queue);
  }
}
