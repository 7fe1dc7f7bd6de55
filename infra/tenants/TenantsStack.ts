import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { allowLogs } from '../allowLogs.js';
import type { Settings } from '../settings/readSettings.js';
import { LifecycleAlarms } from './LifecycleAlarms.js';
import { LIFECYCLE_TIMEOUT, LifecycleFunction } from './LifecycleFunction.js';
import { LifecycleQueue } from './LifecycleQueue.js';
import { PublishedBucket } from './PublishedBucket.js';
import { RegistryTable } from './RegistryTable.js';

/** What tenants' lives are made with. */
export interface TenantsStackProps extends StackProps {
  readonly settings: Settings;
  /** Folder with the function's bundle. */
  readonly bundle: string;
  readonly alarms: ITopic;
}

/**
 * Tenants' lives: the registry's table, whose every change goes through a pipe into a queue, and from it to a function that publishes the
 * registry for the transforms, renders the sidecars' manifests and welcomes new tenants. All of it can be done twice with one result.
 */
export class TenantsStack extends Stack {
  readonly published: PublishedBucket;

  constructor(scope: Construct, id: string, { settings, bundle, alarms, ...props }: TenantsStackProps) {
    super(scope, id, { ...props, description: 'tenantscope: the registry of tenants, and what follows from it' });
    const { deployment } = settings;
    const { prefix } = deployment;
    const key = new Key(this, 'Key', {
      alias: `alias/${prefix}-tenants`,
      description: 'tenantscope: the registry, what is published of it, and messages on their way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    allowLogs(key, this);
    const registry = new RegistryTable(this, 'Registry', { prefix, key });
    this.published = new PublishedBucket(this, 'Published', { prefix, key, retention: deployment.retention });
    const timeout = LIFECYCLE_TIMEOUT;
    const events = new LifecycleQueue(this, 'Events', { prefix, key, registry, timeout });
    new LifecycleFunction(this, 'Lifecycle', {
      deployment,
      bundle,
      key,
      registry,
      published: this.published,
      queue: events.queue,
      timeout,
    });
    new LifecycleAlarms(this, 'Alarms', {
      prefix,
      events,
      pipe: events.pipe.ref,
      runbooks: deployment.alarms.runbooks_url ?? 'docs/runbooks/',
      action: new SnsAction(alarms),
    });
    new CfnOutput(this, 'RegistryUrl', { value: `dynamodb://${registry.table.tableName}` });
    new CfnOutput(this, 'PublishedUrl', { value: this.published.bucket.s3UrlForObject() });
  }
}
