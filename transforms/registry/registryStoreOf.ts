import { AppError } from '../../model/index.js';
import { fileRegistryStore } from './fileRegistryStore.js';
import type { RegistryStore } from './RegistryStore.js';

/**
 * The store that `registry.from` names: `s3://bucket/key`, `dynamodb://table`, or a path. Clients are loaded only when
 * they are needed: they are half of what a Lambda reads at its start. Throws CONFIG_INVALID for a URI of another form.
 */
export async function registryStoreOf(from: string): Promise<RegistryStore> {
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/.exec(from) ?? [];
  if (scheme === undefined) return fileRegistryStore(from);
  const [, bucket = '', key = ''] = /^([^/]+)\/(.+)$/.exec(rest) ?? [];
  if (scheme === 's3' && bucket !== '') {
    const [{ S3Client }, { s3RegistryStore }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('./s3RegistryStore.js'),
    ]);
    return s3RegistryStore(new S3Client({}), bucket, key);
  }
  if (scheme === 'dynamodb' && /^[\w.-]{3,255}$/.test(rest)) {
    const [{ DynamoDBClient }, { dynamoRegistryStore }] = await Promise.all([
      import('@aws-sdk/client-dynamodb'),
      import('./dynamoRegistryStore.js'),
    ]);
    return dynamoRegistryStore(new DynamoDBClient({}), rest);
  }
  throw new AppError('CONFIG_INVALID', 'registry.from names no registry', {
    expected: 's3://bucket/key, dynamodb://table or the path of a file',
    got: from,
  });
}
