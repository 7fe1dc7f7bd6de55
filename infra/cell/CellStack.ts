import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
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
import { CellDashboard } from './CellDashboard.js';
import { Delivery } from './Delivery.js';
import { brokenAlarm, partsAlarm, pipelineRule } from './pipelineParts.js';
import { TransformFunction } from './TransformFunction.js';

/** What a cell is made with. */
export interface CellStackProps extends StackProps {
  readonly settings: Settings;
  readonly cell: Cell;
  readonly lake: LakeStack;
  /** Folder with the transform's bundle and its tenantscope.yaml. */
  readonly bundle: string;
  /** Where the parts of an alarm go: detail for whoever was called, and work for the day. */
  readonly details: ITopic;
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
    { settings, cell, lake, bundle, details, snapshot, ...props }: CellStackProps,
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
    const runbooks = deployment.alarms.runbooks_url ?? 'docs/runbooks/';
    const { alarms } = new CellAlarms(this, 'Alarms', {
      prefix: deployment.prefix,
      cell,
      source,
      delivery: delivery.stream.ref,
      transform: transform.live,
      buffer: deployment.delivery,
      runbooks,
      action: new SnsAction(details),
    });
    const parts = new CfnCompositeAlarm(this, 'Parts', {
      alarmName: partsAlarm(deployment.prefix, cell.id),
      alarmDescription: `The pipeline of cell ${cell.id} does not do its work; who is told is decided by ${brokenAlarm(deployment.prefix, cell.id)}. Runbook: ${runbooks}pipeline-broken.md`,
      alarmRule: pipelineRule(deployment.prefix, cell.id),
      // A state for others to go by.
      actionsEnabled: false,
    });
    parts.node.addDependency(...Object.values(alarms));
    new CellDashboard(this, 'Dashboard', {
      name: `${deployment.prefix}-cell-${cell.id}`,
      cell,
      source,
      delivery: delivery.stream.ref,
      transform: transform.live,
      alarms,
      runbooks,
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
