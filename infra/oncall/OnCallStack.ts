import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/readSettings.js';

/** What tells people is made with. */
export interface OnCallStackProps extends StackProps {
  readonly settings: Settings;
}

/** Where alarms go: a topic, encrypted, open to CloudWatch's alarms of this account, and whoever subscribes by mail. */
export class OnCallStack extends Stack {
  readonly topic: Topic;
  /** What messages of the topic are encrypted with: whoever publishes uses it, too. */
  readonly key: Key;

  constructor(scope: Construct, id: string, { settings, ...props }: OnCallStackProps) {
    super(scope, id, { ...props, description: 'tenantscope: where alarms go' });
    const { prefix, alarms } = settings.deployment;
    const key = new Key(this, 'Key', {
      alias: `alias/${prefix}-alarms`,
      description: 'tenantscope: alarms on their way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key = key;
    const fromAlarms = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    };
    // The default key of SNS does not let alarms in.
    key.addToResourcePolicy(
      new PolicyStatement({
        ...fromAlarms,
        sid: 'Alarms',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    this.topic = new Topic(this, 'Alarms', { topicName: `${prefix}-alarms`, masterKey: key, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        ...fromAlarms,
        sid: 'AlarmsPublish',
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
    for (const address of alarms.mail) this.topic.addSubscription(new EmailSubscription(address));
    new CfnOutput(this, 'TopicArn', { value: this.topic.topicArn });
  }
}
