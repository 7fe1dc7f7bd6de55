import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Address } from '../../model/index.js';
import type { Cell, ObjectStore } from './ObjectStore.js';
import { s3Failure, statusOf } from './s3Failure.js';

/** What an S3 store is made with. */
export interface S3StoreOptions extends S3Address {
  readonly client: S3Client;
  /** Waits, milliseconds; replaced in tests. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const CONFLICTS_AT_MOST = 20;
const LONGEST_WAIT_MS = 1_000;

/**
 * A prefix of a bucket. Creation is `If-None-Match: *`, replacement `If-Match` with the entity tag: S3 answers 412 to all
 * but one. SeaweedFS does so, too. Every write carries a mark of its own: the client sends a request again whose answer was
 * lost, and is refused by what it has written itself.
 */
export function s3Store({ client, bucket, prefix, sleep = wait }: S3StoreOptions): ObjectStore {
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const name = `s3://${bucket}/${root}`.replace(/\/$/, '');
  const read = async (key: string): Promise<Cell | undefined> => {
    try {
      const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: root + key }));
      return { text: (await Body?.transformToString('utf-8')) ?? '', version: ETag ?? '' };
    } catch (error) {
      if (statusOf(error) === 404 && !isNoBucket(error)) return undefined;
      throw s3Failure(error, 'READ_FAILED', `${name}/${key}`);
    }
  };
  /** The version of what stands, when this write has put it there; undefined when another's does. */
  const ownVersion = async (key: string, mark: string): Promise<string | undefined> => {
    try {
      const { Metadata, ETag } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: root + key }));
      return Metadata?.mark === mark ? ETag : undefined;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw s3Failure(error, 'READ_FAILED', `${name}/${key}`);
    }
  };
  const put = async (
    key: string,
    text: string,
    condition: Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>,
  ): Promise<string | undefined> => {
    const mark = randomUUID();
    const input = { Bucket: bucket, Key: root + key, Body: text, ContentType: 'application/json', Metadata: { mark } };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await client.send(new PutObjectCommand({ ...input, ...condition }))).ETag ?? '';
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return ownVersion(key, mark);
        // The object seen is gone: nothing in the product removes one.
        if (status === 404 && condition.IfMatch !== undefined && !isNoBucket(error)) return undefined;
        // Another write of the key is under way; S3 asks to try again, and only the next answer says who won.
        if (status !== 409 || attempt === CONFLICTS_AT_MOST) throw s3Failure(error, 'WRITE_FAILED', `${name}/${key}`);
        await sleep(Math.min(2 ** attempt * 10, LONGEST_WAIT_MS));
      }
    }
  };
  return {
    name,
    read: async (key) => (await read(key))?.text,
    list: async (folder, after) => {
      const start = `${root}${folder}/`;
      const names: string[] = [];
      try {
        const input = { Bucket: bucket, Prefix: start, Delimiter: '/', ...(after && { StartAfter: start + after }) };
        for await (const page of paginateListObjectsV2({ client }, input)) {
          for (const { Key = '' } of page.Contents ?? [])
            if (Key.length > start.length) names.push(Key.slice(start.length));
        }
      } catch (error) {
        throw s3Failure(error, 'READ_FAILED', `${name}/${folder}`);
      }
      return names.sort();
    },
    create: async (key, text) => (await put(key, text, { IfNoneMatch: '*' })) !== undefined,
    remove: async (key) => {
      try {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: root + key }));
      } catch (error) {
        throw s3Failure(error, 'WRITE_FAILED', `${name}/${key}`);
      }
    },
    readCell: read,
    writeCell: async (key, text, seen) => {
      const version = await put(key, text, seen === undefined ? { IfNoneMatch: '*' } : { IfMatch: seen.version });
      return version === undefined ? undefined : { text, version };
    },
  };
}

const isNoBucket = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchBucket';
