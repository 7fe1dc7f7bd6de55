import { Duration } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { MANIFESTS, SNAPSHOT_KEY } from '../../tenants/index.js';
import { acknowledge } from '../acknowledge.js';
import { asBucket } from '../asInterface.js';
import { closed, tidy } from '../lake/LakeBuckets.js';
import type { Deployment } from '../settings/deploymentSchema.js';

/** The published registry, for whoever reads it. */
export interface RegistrySnapshot {
  /** As `registry.from` would name it. */
  readonly url: string;
  /** What its reader has to be let do. */
  grants(): readonly PolicyStatement[];
}

/** What the bucket is made with. */
export interface PublishedBucketProps {
  readonly prefix: string;
  readonly key: Key;
  readonly retention: Deployment['retention'];
}

/**
 * What follows from the registry, for others to read: its snapshot, and the manifests of every tenant's sidecars. Versioned: what was
 * published can be had back. With the policy of whatever applies the manifests (Flux, Argo CD).
 */
export class PublishedBucket extends Construct {
  readonly bucket: Bucket;
  readonly snapshot: RegistrySnapshot;

  constructor(scope: Construct, id: string, { prefix, key, retention }: PublishedBucketProps) {
    super(scope, id);
    const old = Duration.days(retention.old_versions_days);
    const logs = new Bucket(this, 'AccessLogs', {
      ...closed,
      // The service that writes access logs cannot use a key of ours.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(retention.access_logs_days), ...tidy(old) }],
    });
    acknowledge(logs, { 'AwsSolutions-S1': 'the bucket of the access logs: logging it would log its own logs' });
    this.bucket = new Bucket(this, 'Bucket', {
      ...closed,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: asBucket(logs),
      serverAccessLogsPrefix: 'published/',
      lifecycleRules: [{ id: 'tidy', ...tidy(old) }],
    });
    const decrypt = (): PolicyStatement =>
      new PolicyStatement({ sid: 'PublishedKey', actions: ['kms:Decrypt'], resources: [key.keyArn] });
    this.snapshot = {
      url: this.bucket.s3UrlForObject(SNAPSHOT_KEY),
      grants: () => [
        new PolicyStatement({
          sid: 'ReadRegistry',
          actions: ['s3:GetObject'],
          resources: [this.bucket.arnForObjects(SNAPSHOT_KEY)],
        }),
        decrypt(),
      ],
    };
    const reader = new ManagedPolicy(this, 'ManifestsReader', {
      managedPolicyName: `${prefix}-manifests-reader`,
      description: 'Reads the published manifests, and nothing else. For what applies them.',
      statements: [
        new PolicyStatement({
          sid: 'ListManifests',
          actions: ['s3:ListBucket'],
          resources: [this.bucket.bucketArn],
          conditions: { StringLike: { 's3:prefix': `${MANIFESTS}/*` } },
        }),
        new PolicyStatement({
          sid: 'ReadManifests',
          actions: ['s3:GetObject'],
          resources: [this.bucket.arnForObjects(`${MANIFESTS}/*`)],
        }),
        decrypt(),
      ],
    });
    acknowledge(reader, {
      [`AwsSolutions-IAM5[Resource::<${idOf(this.bucket)}.Arn>/${MANIFESTS}/*]`]:
        'the manifests of all tenants: whatever applies them applies all of them',
    });
  }
}

/** The logical id of a bucket, as cdk-nag names it. */
export function idOf(bucket: Bucket): string {
  const { stack } = bucket;
  return stack.getLogicalId(bucket.node.defaultChild as never);
}
