import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { parseS3Url } from '../../model/index.js';

/** What whoever keeps incidents where `detection.state` says may do there, and no more. A key of its own must let the job in. */
export function stateGrants(scope: IConstruct, state: string): readonly PolicyStatement[] {
  const stack = Stack.of(scope);
  if (state.startsWith('dynamodb://')) {
    const [resourceName = ''] = state.slice('dynamodb://'.length).split('/');
    return [
      new PolicyStatement({
        sid: 'Incidents',
        actions: ['GetItem', 'PutItem', 'DeleteItem', 'Query'].map((action) => `dynamodb:${action}`),
        resources: [stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName })],
      }),
    ];
  }
  const { bucket, prefix } = parseS3Url(state);
  const global = { service: 's3', region: '', account: '' };
  return [
    new PolicyStatement({
      sid: 'ListIncidents',
      actions: ['s3:ListBucket'],
      resources: [stack.formatArn({ ...global, resource: bucket })],
    }),
    new PolicyStatement({
      sid: 'Incidents',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [stack.formatArn({ ...global, resource: bucket, resourceName: `${below(prefix)}*` })],
    }),
  ];
}

/** Why such a statement names objects with a wildcard, by the resource as cdk-nag writes it. */
export function stateWildcards(state: string | undefined): Readonly<Record<string, string>> {
  if (state?.startsWith('s3://') !== true) return {};
  const { bucket, prefix } = parseS3Url(state);
  return { [`arn:<AWS::Partition>:s3:::${bucket}/${below(prefix)}*`]: 'objects below the place of the incidents' };
}

const below = (prefix: string): string => (prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`);
