import type { S3Client } from '@aws-sdk/client-s3';
import { AppError, LAKE, type S3Address } from '../../../model/index.js';
import { judgeAwsError } from '../../writers/judgeAwsError.js';
import type { ErrorObject, ErrorObjects } from './ErrorObjects.js';
import { errorObjectOf } from './errorObjectOf.js';

/** The error objects of a lake in a bucket. */
export function s3ErrorObjects(client: S3Client, { bucket, prefix }: S3Address): ErrorObjects {
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const name = `s3://${bucket}/${root}${LAKE.errors}/`;
  const place = (path: string): string => `s3://${bucket}/${root}${path}`;
  return {
    name,
    list: async function* (since) {
      const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${root}${LAKE.errors}/` });
      const objects = (async function* () {
        for await (const { Contents = [] } of pages) yield* Contents;
      })();
      for await (const { Key = '', ETag = '', Size = 0, LastModified } of wrapped(objects, name)) {
        if (Size === 0 || Key.endsWith('/') || (LastModified?.getTime() ?? Number.POSITIVE_INFINITY) < since) continue;
        const path = Key.slice(root.length);
        yield errorObjectOf(path, ETag, place(path));
      }
    },
    lines: (object) => wrapped(linesOf(client, bucket, root, object), place(object.path)),
  };
}

async function* linesOf(client: S3Client, Bucket: string, root: string, object: ErrorObject): AsyncGenerator<string> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: root + object.path, IfMatch: object.etag }));
  let rest: Buffer[] = [];
  // What the SDK gives on Node is a stream; its type is that of every platform.
  for await (const chunk of Body as unknown as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}

/** The same, with errors of the service as the command line tells them. What the reader throws passes as it is. */
async function* wrapped<T>(source: AsyncIterable<T>, what: string): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((error: unknown) => {
        throw readError(error, what);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

function readError(error: unknown, what: string): unknown {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : '';
  if (['NoSuchBucket', 'NoSuchKey', 'PreconditionFailed'].includes(name)) {
    return new AppError('INPUT_NOT_FOUND', 'S3 does not have it, or not any more', {
      got: `${what}: ${name}`,
      hint: 'check bucket, prefix and AWS_REGION; run the same command again where it was there a moment ago',
      cause: error,
    });
  }
  try {
    const code = judgeAwsError(error, what);
    return new AppError('READ_FAILED', 'S3 cannot be read', { got: `${what}: ${code}`, cause: error });
  } catch (judged) {
    return judged;
  }
}
