import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type LifecycleRule,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { LAKE } from '../../model/index.js';
import { acknowledge } from '../acknowledge.js';
import { asBucket } from '../asInterface.js';
import type { Deployment } from '../settings/deploymentSchema.js';

/** What the buckets are made with. */
export interface LakeBucketsProps {
  readonly retention: Deployment['retention'];
  readonly key: IKey;
}

/**
 * The buckets of a lake: what was delivered and booked, and under a prefix of its own what could not be (`data`), answers of
 * queries (`results`), billing exports (`exports`, locked where that is asked for) and the access logs of all of them. Firehose
 * writes its errors to the bucket it delivers to; they are of all tenants together, so they live shortly and few may read them. Encrypted, versioned, closed to the public and to plain HTTP, and kept when the stack goes.
 */
export class LakeBuckets extends Construct {
  readonly data: Bucket;
  readonly results: Bucket;
  readonly exports: Bucket;

  constructor(scope: Construct, id: string, { retention, key }: LakeBucketsProps) {
    super(scope, id);
    const days = {
      old: Duration.days(retention.old_versions_days),
      errors: Duration.days(retention.errors_days),
      results: Duration.days(retention.results_days),
    };
    const logs = new Bucket(this, 'AccessLogs', {
      ...closed,
      // The service that writes access logs cannot use a key of ours.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(retention.access_logs_days), ...tidy(days.old) }],
    });
    acknowledge(logs, { 'AwsSolutions-S1': 'the bucket of the access logs: logging it would log its own logs' });
    const bucket = (name: string, rules: readonly LifecycleRule[], props: BucketProps = {}): Bucket =>
      new Bucket(this, name, {
        ...closed,
        encryption: BucketEncryption.KMS,
        encryptionKey: key,
        bucketKeyEnabled: true,
        serverAccessLogsBucket: asBucket(logs),
        serverAccessLogsPrefix: `${name.toLowerCase()}/`,
        lifecycleRules: [...rules],
        ...props,
      });
    this.data = bucket('Data', [
      { id: 'tidy', ...tidy(days.old) },
      {
        id: 'errors',
        prefix: `${LAKE.errors}/`,
        expiration: days.errors,
        noncurrentVersionExpiration: Duration.days(1),
      },
      { id: 'staging', prefix: `${LAKE.staging}/`, expiration: Duration.days(7) },
    ]);
    this.results = bucket('Results', [{ id: 'expire', expiration: days.results, ...tidy(Duration.days(1)) }]);
    this.exports = bucket('Exports', [{ id: 'tidy', ...tidy(days.old) }], lockFor(retention.exports_locked_days));
  }
}

/** What every bucket here is: closed, versioned, and kept when its stack goes. */
export const closed = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy: RemovalPolicy.RETAIN,
} satisfies BucketProps;

/** What nobody reads any more. */
export const tidy = (old: Duration): LifecycleRule => ({
  noncurrentVersionExpiration: old,
  abortIncompleteMultipartUploadAfter: Duration.days(1),
});

const lockFor = (days: number): BucketProps =>
  days === 0
    ? {}
    : { objectLockEnabled: true, objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(days)) };
