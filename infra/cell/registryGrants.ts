import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { parseS3Url } from '../../model/index.js';

/**
 * What whoever reads the registry named by `registry.from` may do, and no more: read one object, or one table. Nothing for a
 * registry in the configuration itself. A key of its own that encrypts that object or table must let its readers in.
 */
export function registryGrants(scope: IConstruct, from: string | undefined): readonly PolicyStatement[] {
  if (from?.startsWith('s3://') === true) {
    const { bucket, prefix } = parseS3Url(from);
    const arn = Stack.of(scope).formatArn({
      service: 's3',
      region: '',
      account: '',
      resource: bucket,
      resourceName: prefix,
    });
    return [new PolicyStatement({ sid: 'ReadRegistry', actions: ['s3:GetObject'], resources: [arn] })];
  }
  if (from?.startsWith('dynamodb://') === true) {
    const arn = Stack.of(scope).formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: from.slice('dynamodb://'.length),
    });
    return [
      new PolicyStatement({ sid: 'ReadRegistry', actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [arn] }),
    ];
  }
  return [];
}
