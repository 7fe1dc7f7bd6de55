import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RECONCILE, TABLE } from '../../tenants/index.js';
import type { RegistryTable } from './RegistryTable.js';

/** What the queue is made with. */
export interface LifecycleQueueProps {
  readonly prefix: string;
  readonly key: Key;
  readonly registry: RegistryTable;
  /** The function's own time; a message is not handed out again before. */
  readonly timeout: Duration;
}

/** One group: messages come in their order, and none while others are worked on, so that two never publish at once. */
const GROUP = 'registry';

/**
 * From the registry's stream to a queue. A pipe, not a function on the stream: it passes records on without code, filters them, and goes on
 * from where it was. A queue behind it, since a message that cannot be followed then waits in a queue of its own, with the record in it and
 * for fourteen days, where a stream would hand out the same records again until they are a day old and hold back all that come after. Once a
 * day a message says to make everything as it should be, whatever was missed.
 */
export class LifecycleQueue extends Construct {
  readonly queue: Queue;
  readonly failed: Queue;
  readonly pipe: CfnPipe;

  constructor(scope: Construct, id: string, { prefix, key, registry, timeout }: LifecycleQueueProps) {
    super(scope, id);
    const common = {
      fifo: true,
      contentBasedDeduplication: true,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    };
    this.failed = new Queue(this, 'Failed', { ...common, queueName: `${prefix}-tenant-events-failed.fifo` });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: `${prefix}-tenant-events.fifo`,
      visibilityTimeout: timeout.plus(Duration.minutes(1)),
      deadLetterQueue: { queue: this.failed, maxReceiveCount: 3 },
    });
    const role = this.#sender('PipeRole', 'pipes', 'changes of the registry', key);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadStream',
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [registry.streamArn],
      }),
    );
    this.pipe = new CfnPipe(this, 'Pipe', {
      name: `${prefix}-tenant-events`,
      description: 'tenantscope: what changed in the registry',
      roleArn: role.roleArn,
      source: registry.streamArn,
      sourceParameters: {
        dynamoDbStreamParameters: { startingPosition: 'TRIM_HORIZON', batchSize: 10 },
        filterCriteria: { filters: [{ pattern: JSON.stringify(FOLLOWED) }] },
      },
      target: this.queue.queueArn,
      targetParameters: {
        sqsQueueParameters: { messageGroupId: GROUP, messageDeduplicationId: '$.eventID' },
      },
    });
    // Before its role may read, a pipe cannot be made.
    this.pipe.node.addDependency(role);
    new Schedule(this, 'Daily', {
      scheduleName: `${prefix}-tenants-reconcile`,
      description:
        'tenantscope: makes what is published what the registry says, and takes away what is of tenants that left',
      // Just after the day on which tenants leave has begun.
      schedule: ScheduleExpression.cron({ minute: '5', hour: '0' }),
      target: new SqsSendMessage(this.queue, {
        input: ScheduleTargetInput.fromObject(RECONCILE),
        messageGroupId: GROUP,
        // The construct would let it make data keys of every kind.
        role: this.#sender('ScheduleRole', 'scheduler', 'a message a day', key).withoutPolicyUpdates(),
      }),
    });
  }

  /** The role of a service of this account that sends to the queue. */
  #sender(id: string, service: string, what: string, key: Key): Role {
    const role = new Role(this, id, {
      assumedBy: new ServicePrincipal(`${service}.amazonaws.com`, {
        conditions: { StringEquals: { 'aws:SourceAccount': this.queue.stack.account } },
      }),
      description: `tenantscope: ${what} into the queue of what follows from the registry`,
    });
    for (const statement of [
      new PolicyStatement({ sid: 'Send', actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
      new PolicyStatement({ sid: 'Key', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
    ]) {
      role.addToPolicy(statement);
    }
    return role;
  }
}

/** Items that something follows from: neither the version, nor claims, nor what was mailed. */
const FOLLOWED = {
  dynamodb: {
    Keys: {
      pk: { S: ['registry'] },
      sk: { S: [TABLE.tenant, TABLE.plan, TABLE.shared, TABLE.cell].map((prefix) => ({ prefix })) },
    },
  },
};
