import type { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Deployment } from '../settings/deploymentSchema.js';

/** What a delivery is made with. */
export interface DeliveryProps {
  readonly name: string;
  readonly source: Stream;
  /** What the stream is encrypted with, and this delivery's log. */
  readonly streamKey: Key;
  readonly transform: Alias;
  readonly bucket: Bucket;
  readonly lakeKey: Key;
  /** The name under which the bucket's ARN is imported from the lake's stack. */
  readonly importedBucket: string;
  /** Lines become Parquet by its columns. */
  readonly events: CfnTable;
  readonly buffer: Deployment['delivery'];
  readonly logsDays: number;
}
