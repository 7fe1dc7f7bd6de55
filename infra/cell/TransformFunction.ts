import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Alias, Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { asVersion } from '../asInterface.js';
import type { RegistrySnapshot } from '../tenants/PublishedBucket.js';
import { registryGrants } from './registryGrants.js';

/** What a transform is made with. */
export interface TransformFunctionProps {
  readonly name: string;
  /** Folder with the bundle and the tenantscope.yaml it is to read. */
  readonly bundle: string;
  /** The cell's stream, which parts of records that did not fit go back to. */
  readonly stream: Stream;
  readonly key: Key;
  readonly registryFrom: string | undefined;
  /** Read instead of it. */
  readonly snapshot: RegistrySnapshot | undefined;
  readonly logsDays: number;
}

/** Firehose waits so long for an answer, whatever the function's own timeout. */
const FIREHOSE_WAITS = Duration.minutes(5);

/**
 * The transform Lambda of a cell, and the alias that Firehose calls: a new version takes over when the alias is moved, and an
 * old one again when it is moved back. Its role may write its own log, read the registry, and put records on its own stream.
 */
export class TransformFunction extends Construct {
  readonly function: LambdaFunction;
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: TransformFunctionProps) {
    super(scope, id);
    const { name, stream, key } = props;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: props.logsDays,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `tenantscope: the transform of ${stream.node.id}`,
    });
    logGroup.grantWrite(role);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'PutAgain',
        actions: ['kinesis:PutRecords'],
        resources: [stream.streamArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: 'StreamAndEnvironment',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
      }),
    );
    const { snapshot } = props;
    const reading = snapshot === undefined ? registryGrants(this, props.registryFrom) : snapshot.grants();
    for (const statement of reading) role.addToPolicy(statement);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: name,
      description: 'tenantscope: normalises, meters and places log lines by tenant',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: 'handler.handler',
      role,
      logGroup,
      // 6 MB batches take 130 to 190 MB of it (bench/README.md); processor time comes with memory.
      memorySize: 1024,
      timeout: FIREHOSE_WAITS,
      environmentEncryption: key,
      environment: {
        TENANTSCOPE_STREAM: stream.streamName,
        TENANTSCOPE_CONFIG: 'tenantscope.yaml',
        ...(snapshot === undefined ? {} : { TENANTSCOPE_REGISTRY: snapshot.url }),
        // Left alone, Node takes what it finds; see bench/README.md.
        NODE_OPTIONS: '--max-semi-space-size=8',
      },
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN, description: 'one deployment' },
    });
    this.live = new Alias(this, 'Live', { aliasName: 'live', version: asVersion(this.function.currentVersion) });
  }
}
