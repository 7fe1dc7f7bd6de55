import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.js';
import { allowLogs } from '../allowLogs.js';
import type { LakeStack } from '../lake/LakeStack.js';
import type { Cell } from '../settings/cellsOf.js';
import type { Settings } from '../settings/readSettings.js';
import type { RegistrySnapshot } from '../tenants/PublishedBucket.js';
import { CellAlarms } from './CellAlarms.js';
import { Delivery } from './Delivery.js';
import { TransformFunction } from './TransformFunction.js';

/** What a cell is made with. */
export interface CellStackProps extends StackProps {
  readonly settings: Settings;
  readonly cell: Cell;
  readonly lake: LakeStack;
  /** Folder with the transform's bundle and its tenantscope.yaml. */
  readonly bundle: string;
  readonly alarms: ITopic;
  /** The published registry, where it is kept in a table. */
  readonly snapshot: RegistrySnapshot | undefined;
}

/**
 * One cell: the stream that its tenants' sidecars write to, the transform, the delivery into the lake, and what watches them. Who may
 * write is told by a policy that exists only once Firehose reads the stream: Firehose begins at the latest record, so what
 * was written before would never arrive.
 */
export class CellStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { settings, cell, lake, bundle, alarms, snapshot, ...props }: CellStackProps,
  ) {
    super(scope, id, { ...props, description: `tenantscope: cell ${cell.id}` });
    const { deployment, config } = settings;
    const name = `${deployment.prefix}-${cell.id}`;
    const key = new Key(this, 'Key', {
      alias: `alias/${name}`,
      description: `tenantscope: records of cell ${cell.id} on their way`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    allowLogs(key, this);
    const source = new Stream(this, 'Source', {
      streamName: cell.stream,
      streamMode: StreamMode.ON_DEMAND,
      retentionPeriod: Duration.hours(deployment.stream.retention_hours),
      encryption: StreamEncryption.KMS,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(source, {
      'AwsSolutions-KDS3': 'a key of its own, so that its policy says who may read the records of this cell',
    });
    const transform = new TransformFunction(this, 'Transform', {
      name: `${name}-transform`,
      bundle,
      stream: source,
      key,
      registryFrom: config.registry.from,
      snapshot,
      logsDays: deployment.retention.logs_days,
    });
    const delivery = new Delivery(this, 'Delivery', {
      name,
      source,
      transform: transform.live,
      bucket: lake.buckets.data,
      events: lake.tables.events,
      buffer: deployment.delivery,
      streamKey: key,
      lakeKey: lake.key,
      importedBucket: lake.exported.data,
      logsDays: deployment.retention.logs_days,
    });
    new CellAlarms(this, 'Alarms', {
      prefix: deployment.prefix,
      cell,
      source,
      delivery: delivery.stream.ref,
      transform: transform.live,
      buffer: deployment.delivery,
      runbooks: deployment.alarms.runbooks_url ?? 'docs/runbooks/',
      action: new SnsAction(alarms),
    });
    const writers = new ManagedPolicy(this, 'Writers', {
      managedPolicyName: `${name}-writers`,
      description: `Puts records on the stream of cell ${cell.id}, and nothing else. For the sidecars' role.`,
      statements: [
        new PolicyStatement({
          sid: 'PutRecords',
          actions: ['kinesis:PutRecord', 'kinesis:PutRecords'],
          resources: [source.streamArn],
        }),
        new PolicyStatement({ sid: 'Encrypt', actions: ['kms:GenerateDataKey'], resources: [key.keyArn] }),
      ],
    });
    writers.node.addDependency(delivery.stream);
    new CfnOutput(this, 'StreamName', { value: source.streamName });
    new CfnOutput(this, 'WritersPolicyArn', { value: writers.managedPolicyArn });
  }
}
