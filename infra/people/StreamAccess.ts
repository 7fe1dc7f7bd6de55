import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { DEPLOYMENT_TAG } from '../deploymentTag.js';
import { viaService } from '../viaService.js';

/** What streams a deployment has. */
export interface StreamAccessProps {
  readonly prefix: string;
  /** The stream of shared namespaces and importers, which may have a name of its own. */
  readonly platformStream: string;
}

/**
 * Statements that let a role put records back on the cells' streams. By how their names begin: a list of all is longer than a policy
 * may be from some forty cells on, and streams are made after the roles. Another deployment's names may begin so as well
 * (`PREFIX-staging`), and somebody else's: so a stream must have this deployment's tag, as its key must, which those have not.
 * (Kinesis tells IAM the tags of the stream that `PutRecords` is asked of: Service Authorization Reference, Kinesis Data Streams.)
 */
export class StreamAccess {
  /** Wildcards of the statements, as cdk-nag names them. */
  readonly wildcards: readonly string[];
  readonly #stack: Stack;
  readonly #props: StreamAccessProps;

  constructor(scope: IConstruct, props: StreamAccessProps) {
    this.#stack = Stack.of(scope);
    this.#props = props;
    const here = '<AWS::Region>:<AWS::AccountId>';
    this.wildcards = [
      `arn:<AWS::Partition>:kms:${here}:key/*`,
      `arn:<AWS::Partition>:firehose:${here}:deliverystream/${props.prefix}-*`,
      `arn:<AWS::Partition>:kinesis:${here}:stream/${props.prefix}-*`,
    ];
  }

  /** Asks which stream a delivery reads, and puts records on it. The same for a role and for its boundary. */
  putting(): readonly PolicyStatement[] {
    const { prefix, platformStream } = this.#props;
    const own = platformStream.startsWith(`${prefix}-`) ? [] : [platformStream];
    return [
      new PolicyStatement({
        sid: 'FindStreams',
        actions: ['firehose:DescribeDeliveryStream'],
        resources: [this.#arn('firehose', 'deliverystream', `${prefix}-*`)],
      }),
      new PolicyStatement({
        sid: 'PutAgain',
        actions: ['kinesis:PutRecords'],
        resources: [`${prefix}-*`, ...own].map((name) => this.#arn('kinesis', 'stream', name)),
        conditions: { StringEquals: { [`aws:ResourceTag/${DEPLOYMENT_TAG}`]: prefix } },
      }),
      new PolicyStatement({
        sid: 'StreamKeys',
        actions: ['kms:GenerateDataKey'],
        resources: [this.#arn('kms', 'key', '*')],
        conditions: {
          StringEquals: {
            'kms:ViaService': viaService(this.#stack, 'kinesis'),
            [`aws:ResourceTag/${DEPLOYMENT_TAG}`]: prefix,
          },
        },
      }),
    ];
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return this.#stack.formatArn({ service, resource, resourceName });
  }
}
