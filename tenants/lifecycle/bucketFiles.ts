import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AppError } from '../../model/index.js';
import { statusOf } from '../../transforms/index.js';
import type { PublishedFiles } from './PublishedFiles.js';

/** Published files in a bucket. Conditions are S3's own (If-Match, If-None-Match). */
export function bucketFiles(client: S3Client, bucket: string): PublishedFiles {
  const failed = (key: string, error: unknown): AppError =>
    new AppError(
      statusOf(error) === 403 ? 'PERMISSION_DENIED' : 'ENGINE_UNAVAILABLE',
      'a published object cannot be reached',
      { got: `s3://${bucket}/${key}`, cause: error },
    );
  return {
    head: async (key) => {
      try {
        const { ETag, Metadata } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return { tag: ETag ?? '', about: Metadata ?? {} };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw failed(key, error);
      }
    },
    read: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToString('utf-8');
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw failed(key, error);
      }
    },
    write: async (key, text, { over, about = {} } = {}) => {
      const condition = over === undefined ? {} : over === null ? { IfNoneMatch: '*' } : { IfMatch: over };
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: text,
            ContentType: key.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8',
            Metadata: { ...about },
            ...condition,
          }),
        );
        return true;
      } catch (error) {
        // Refused, in the middle of another's write, or gone since.
        if (over !== undefined && [404, 409, 412].includes(statusOf(error) ?? 0)) return false;
        throw failed(key, error);
      }
    },
    remove: async (key) => {
      try {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      } catch (error) {
        throw failed(key, error);
      }
    },
  };
}
