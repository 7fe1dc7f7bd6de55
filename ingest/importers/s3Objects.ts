import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { AppError, parseS3Url } from '../../model/index.js';
import { judgeAwsError } from '../writers/judgeAwsError.js';
import type { ImportFile } from './runImport.js';

const AHEAD = 8;

/**
 * The objects under a prefix, in the order of their keys, each downloaded to `folder` before it is handed out and removed
 * when the next is asked for; up to eight are fetched ahead. Throws INPUT_NOT_FOUND for a prefix without objects,
 * PERMISSION_DENIED and ENGINE_UNAVAILABLE as {@link judgeAwsError} does.
 */
export async function* s3Objects(client: S3Client, url: string, folder: string): AsyncGenerator<ImportFile> {
  const { bucket, prefix } = parseS3Url(url);
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const limit = pLimit(AHEAD);
  const waiting: Promise<ImportFile>[] = [];
  let found = 0;
  const take = async function* (): AsyncGenerator<ImportFile> {
    const file = await waiting.shift();
    if (file === undefined) return;
    yield file;
    await rm(file.path, { force: true });
  };
  try {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key: key = '', Size: size = 0 } of page.Contents ?? []) {
        if (size === 0 || key.endsWith('/')) continue;
        found += 1;
        const download = limit(() => fetchObject(client, bucket, key, folder));
        // Met where the file's turn comes; until then it must not count as unhandled.
        download.catch(() => {});
        waiting.push(download);
        if (waiting.length > AHEAD) yield* take();
      }
    }
  } catch (error) {
    throw s3Error(error, `s3://${bucket}/${prefix}`);
  }
  if (found === 0) {
    throw new AppError('INPUT_NOT_FOUND', 'no object lies under the prefix', {
      got: url,
      hint: 'check bucket, prefix and AWS_REGION',
    });
  }
  while (waiting.length > 0) yield* take();
}

async function fetchObject(client: S3Client, bucket: string, key: string, folder: string): Promise<ImportFile> {
  const name = `s3://${bucket}/${key}`;
  const path = join(folder, createHash('sha256').update(name).digest('hex'));
  try {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    await pipeline(Body as Readable, createWriteStream(path));
  } catch (error) {
    throw s3Error(error, name);
  }
  return { path, name };
}

function s3Error(error: unknown, what: string): unknown {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'NoSuchBucket' || name === 'NoSuchKey') {
    return new AppError('INPUT_NOT_FOUND', 'S3 does not have it', { got: `${what}: ${name}`, cause: error });
  }
  try {
    const code = judgeAwsError(error, what);
    return new AppError('ENGINE_UNAVAILABLE', 'S3 cannot be read', {
      got: `${what}: ${code}`,
      hint: 'run the same import again: what was delivered counts once',
      cause: error,
    });
  } catch (judged) {
    return judged;
  }
}
