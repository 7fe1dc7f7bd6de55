import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { LAKE } from '../../model/index.js';
import { viaService } from '../viaService.js';
import type { DeliveryProps } from './DeliveryProps.js';

/**
 * What a delivery may do, statement by statement as Firehose's guide asks for, and no more: read its own stream, call its own
 * transform, look up the event table, write below two prefixes of the lake, and log.
 */
export function deliveryPolicy(
  scope: IConstruct,
  props: DeliveryProps & { readonly logStreamArn: string },
): PolicyDocument {
  const { source, transform, bucket, lakeKey, streamKey, events } = props;
  const stack = Stack.of(scope);
  const glue = (resource: string): string => stack.formatArn({ service: 'glue', resource });
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'ReadStream',
        actions: ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
        resources: [source.streamArn],
      }),
      new PolicyStatement({
        sid: 'DecryptStream',
        actions: ['kms:Decrypt'],
        resources: [streamKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': viaService(stack, 'kinesis') } },
      }),
      new PolicyStatement({
        sid: 'Transform',
        actions: ['lambda:InvokeFunction', 'lambda:GetFunctionConfiguration'],
        resources: [transform.functionArn],
      }),
      new PolicyStatement({
        sid: 'ReadTable',
        actions: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
        resources: [
          glue('catalog'),
          glue(`database/${events.databaseName}`),
          glue(`table/${events.databaseName}/events`),
        ],
      }),
      new PolicyStatement({
        sid: 'FindBucket',
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [bucket.bucketArn],
      }),
      new PolicyStatement({
        sid: 'WriteObjects',
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [bucket.arnForObjects(`${LAKE.events}/*`), bucket.arnForObjects(`${LAKE.errors}/*`)],
      }),
      new PolicyStatement({
        sid: 'EncryptObjects',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [lakeKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': viaService(stack, 's3') } },
      }),
      new PolicyStatement({ sid: 'Log', actions: ['logs:PutLogEvents'], resources: [props.logStreamArn] }),
    ],
  });
}
