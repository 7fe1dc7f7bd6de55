import type { IVersion } from 'aws-cdk-lib/aws-lambda';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';

/*
 * The CDK's classes declare some members `T | undefined` that their interfaces declare optional, which this project's
 * `exactOptionalPropertyTypes` tells apart. They are what they say; the compiler is told so here and nowhere else.
 */

/** A bucket as constructs take it. */
export const asBucket = (bucket: Bucket): IBucket => bucket as IBucket;

/** A version as an alias takes it. */
export const asVersion = (version: object): IVersion => version as IVersion;
