import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MANIFESTS, SNAPSHOT_KEY, TABLE } from '../../tenants/index.js';
import { acknowledge } from '../acknowledge.js';
import type { Deployment } from '../settings/deploymentSchema.js';
import { idOf, type PublishedBucket } from './PublishedBucket.js';
import { encryption, keysOf, type RegistryTable } from './RegistryTable.js';

/** What the function is made with. */
export interface LifecycleFunctionProps {
  readonly deployment: Deployment;
  /** Folder with its bundle. */
  readonly bundle: string;
  readonly key: Key;
  readonly registry: RegistryTable;
  readonly published: PublishedBucket;
  readonly queue: Queue;
  readonly timeout: Duration;
}

/**
 * Follows what happens to tenants: publishes the registry, renders sidecars' manifests, welcomes. Its role reads the registry, records what it
 * mailed, writes what it publishes, and mails from one address.
 */
export class LifecycleFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: LifecycleFunctionProps) {
    super(scope, id);
    const { deployment, key, registry, published, queue, timeout } = props;
    const { prefix, tenants } = deployment;
    const name = `${prefix}-lifecycle`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: deployment.retention.logs_days,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'tenantscope: follows what happens to tenants',
    });
    logGroup.grantWrite(role);
    const table = [registry.table.tableArn];
    const statements = [
      new PolicyStatement({
        sid: 'ReadRegistry',
        actions: ['dynamodb:GetItem', 'dynamodb:Query'],
        resources: table,
        conditions: keysOf(['registry']),
      }),
      new PolicyStatement({
        sid: 'RecordMail',
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: table,
        conditions: keysOf([TABLE.sent]),
      }),
      encryption(key),
      // Without it, an object that is not there looks like one that may not be read.
      new PolicyStatement({ sid: 'Find', actions: ['s3:ListBucket'], resources: [published.bucket.bucketArn] }),
      new PolicyStatement({
        sid: 'Publish',
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [SNAPSHOT_KEY, `${MANIFESTS}/*`].map((objects) => published.bucket.arnForObjects(objects)),
      }),
      new PolicyStatement({
        sid: 'TakeAway',
        actions: ['s3:DeleteObject'],
        resources: [published.bucket.arnForObjects(`${MANIFESTS}/*`)],
      }),
      new PolicyStatement({
        sid: 'PublishedAndEnvironment',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
      }),
      ...mailing(role, tenants.mail_from),
    ];
    for (const statement of statements) role.addToPolicy(statement);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: name,
      description: 'tenantscope: what follows when a tenant is registered, changed, moved or leaves',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: 'handler.handler',
      role,
      logGroup,
      memorySize: 512,
      timeout,
      environmentEncryption: key,
      environment: {
        TENANTSCOPE_TABLE: registry.table.tableName,
        TENANTSCOPE_BUCKET: published.bucket.bucketName,
        TENANTSCOPE_PREFIX: prefix,
        TENANTSCOPE_SIDECAR: JSON.stringify(tenants.sidecar),
        ...(tenants.mail_from === undefined ? {} : { TENANTSCOPE_MAIL_FROM: tenants.mail_from }),
      },
    });
    this.function.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }));
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${idOf(published.bucket)}.Arn>/${MANIFESTS}/*]`]:
        'manifests of tenants that are not there yet: their names are nobody’s to list',
    });
  }
}

/** From one address, by the identity of it or of its domain, whichever SES has verified. */
function mailing(role: Role, from: string | undefined): readonly PolicyStatement[] {
  if (from === undefined) return [];
  return [
    new PolicyStatement({
      sid: 'Welcome',
      actions: ['ses:SendEmail'],
      resources: [from, from.slice(from.indexOf('@') + 1)].map((identity) =>
        role.stack.formatArn({ service: 'ses', resource: 'identity', resourceName: identity }),
      ),
      conditions: { StringEquals: { 'ses:FromAddress': from } },
    }),
  ];
}

/** How long one call may take: ten thousand tenants are reconciled in it. */
export const LIFECYCLE_TIMEOUT: Duration = Duration.minutes(5);
