import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { AppError } from '../../model/index.js';
import type { RegistryStore } from './RegistryStore.js';
import { refusedBy, statusOf } from './refusedBy.js';

/** A registry in an object; its version is the object's entity tag, so an unchanged one is not sent again. */
export function s3RegistryStore(client: S3Client, bucket: string, key: string): RegistryStore {
  const name = `s3://${bucket}/${key}`;
  return {
    name,
    load: async (known) => {
      try {
        const object = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, ...(known === undefined ? {} : { IfNoneMatch: known }) }),
        );
        const text = await object.Body?.transformToString('utf-8');
        if (text === undefined || object.ETag === undefined)
          throw new AppError('ENGINE_UNAVAILABLE', 'the registry came without a body', { got: name });
        return object.ETag === known ? undefined : { version: object.ETag, text };
      } catch (error) {
        if (statusOf(error) === 304) return undefined;
        throw refusedBy(error, name);
      }
    },
  };
}
