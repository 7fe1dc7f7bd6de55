import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { CfnTable } from 'aws-cdk-lib/aws-glue';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LAKE } from '../../model/index.js';
import { acknowledge } from '../acknowledge.js';
import type { DeliveryProps } from './DeliveryProps.js';
import { deliveryPolicy } from './deliveryPolicy.js';

/**
 * How the transform is called. 1 MB at most: records grow in it, and an answer of more than 6 MB fails a batch whole. The
 * service's default is the same, but constructs and documents name others.
 */
const TRANSFORM_BUFFER = { BufferSizeInMBs: 1, BufferIntervalInSeconds: 60, NumberOfRetries: 3 };

/** Firehose tries to write an object for so long before its records are errors. */
const PARTITION_RETRY_SECONDS = 300;

/**
 * Firehose from a cell's stream through its transform into the lake: Parquet, a partition for each tenant and date, what could
 * not be delivered under `errors/` in the same bucket. Made of the resource itself, since what the higher construct grants its
 * role is more than Firehose asks for.
 */
export class Delivery extends Construct {
  readonly stream: CfnDeliveryStream;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/kinesisfirehose/${props.name}`,
      retention: props.logsDays,
      encryptionKey: props.streamKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStreamName = 'delivery';
    new LogStream(this, 'LogStream', { logGroup, logStreamName, removalPolicy: RemovalPolicy.DESTROY });
    const logStreamArn = Stack.of(this).formatArn({
      service: 'logs',
      resource: `log-group:${logGroup.logGroupName}:log-stream:${logStreamName}`,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `tenantscope: delivers ${props.name} into the lake`,
      inlinePolicies: { delivery: deliveryPolicy(this, { ...props, logStreamArn }) },
    });
    const objects = `AwsSolutions-IAM5[Resource::${props.importedBucket}`;
    acknowledge(role, {
      [`${objects}/${LAKE.events}/*]`]: 'Firehose names the objects of the partitions it writes',
      [`${objects}/${LAKE.errors}/*]`]: 'Firehose names the objects it writes errors to',
    });
    this.stream = new CfnDeliveryStream(this, 'Stream', {
      deliveryStreamName: props.name,
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: props.source.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        ...placesOf(props),
        roleArn: role.roleArn,
        processingConfiguration: { enabled: true, processors: [transformProcessor(props.transform, role)] },
        dataFormatConversionConfiguration: conversionOf(props.events, role, Stack.of(this)),
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName },
      },
    });
    acknowledge(this.stream, {
      'AwsSolutions-KDF1':
        'a delivery stream with a Kinesis source cannot have encryption of its own: its source is encrypted',
    });
  }
}

/** Where objects go, and when one is written. */
function placesOf({ bucket, lakeKey, buffer }: DeliveryProps) {
  return {
    bucketArn: bucket.bucketArn,
    prefix: `${LAKE.events}/tenant_id=!{partitionKeyFromLambda:tenant_id}/dt=!{partitionKeyFromLambda:dt}/`,
    errorOutputPrefix: `${LAKE.errors}/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/`,
    fileExtension: '.parquet',
    bufferingHints: { sizeInMBs: buffer.buffer_mib, intervalInSeconds: buffer.buffer_seconds },
    // Parquet compresses itself.
    compressionFormat: 'UNCOMPRESSED',
    encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: lakeKey.keyArn } },
    dynamicPartitioningConfiguration: {
      enabled: true,
      retryOptions: { durationInSeconds: PARTITION_RETRY_SECONDS },
    },
  };
}

function transformProcessor(transform: Alias, role: Role): CfnDeliveryStream.ProcessorProperty {
  const parameters = { LambdaArn: transform.functionArn, RoleArn: role.roleArn, ...TRANSFORM_BUFFER };
  return {
    type: 'Lambda',
    parameters: Object.entries(parameters).map(([parameterName, value]) => ({
      parameterName,
      parameterValue: String(value),
    })),
  };
}

function conversionOf(
  events: CfnTable,
  role: Role,
  { region, account }: Stack,
): CfnDeliveryStream.DataFormatConversionConfigurationProperty {
  return {
    enabled: true,
    schemaConfiguration: {
      catalogId: account,
      databaseName: events.databaseName,
      tableName: events.ref,
      region,
      roleArn: role.roleArn,
      // A column that is added is written from then on.
      versionId: 'LATEST',
    },
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: { caseInsensitive: true } } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY' } } },
  };
}
