import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { viaService } from '../viaService.js';

/**
 * Lets a role under a boundary read a registry that is a table: what the table's key lets everybody in the account do counts for
 * nothing under a boundary that does not say it. By the table that DynamoDB names to KMS, so that it is right whatever the key, which
 * is made later. Nothing for a registry elsewhere.
 */
export function registryKey(scope: IConstruct, from: string | undefined): readonly PolicyStatement[] {
  if (from?.startsWith('dynamodb://') !== true) return [];
  const stack = Stack.of(scope);
  return [
    new PolicyStatement({
      sid: 'RegistryKey',
      actions: ['kms:Decrypt'],
      resources: [stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
      conditions: {
        StringEquals: {
          'kms:ViaService': viaService(stack, 'dynamodb'),
          'kms:EncryptionContext:aws:dynamodb:tableName': from.slice('dynamodb://'.length),
        },
      },
    }),
  ];
}
