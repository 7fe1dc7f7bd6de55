import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AppError, type S3Address, systemCode } from '../../model/index.js';
import { hashFile } from '../lake/hashFile.js';
import { s3Failure, statusOf } from './s3Failure.js';

/** An object of a listing. */
export interface BucketFile {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, epoch milliseconds by S3's clock. */
  readonly at: number;
}

/** What the files of a bucket are reached with. */
export interface BucketOptions extends S3Address {
  readonly client: S3Client;
  /** Waits, milliseconds; replaced in tests. */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Bytes from which a file is sent as a stream; replaced in tests. */
  readonly streamFrom?: number;
}

/** What is smaller is sent from memory, which the client can send again by itself. */
const STREAM_FROM = 8 * 1024 ** 2;
const ATTEMPTS = 5;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  gz: 'application/gzip',
  parquet: 'application/vnd.apache.parquet',
};

/**
 * Files below a prefix of a bucket. They are created and never replaced (`If-None-Match: *`); each carries its SHA-256, which
 * S3 checks when it takes it. Large files are streamed. All methods throw PERMISSION_DENIED, LAKE_NOT_FOUND for a bucket that is
 * not there, READ_FAILED and WRITE_FAILED, with the place.
 */
export class BucketFiles {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #root: string;
  readonly #sleep: (ms: number) => Promise<unknown>;
  readonly #streamFrom: number;
  /** `s3://bucket/prefix`, without a slash at its end. */
  readonly name: string;

  constructor({ client, bucket, prefix, sleep = wait, streamFrom = STREAM_FROM }: BucketOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    this.#sleep = sleep;
    this.#streamFrom = streamFrom;
    this.name = `s3://${bucket}/${this.#root}`.replace(/\/$/, '');
  }

  /**
   * Creates an object of a local file's bytes. False when one with other bytes is there, which is left.
   *
   * @param mayBeThere look first, instead of sending what may be there already
   */
  async create(key: string, path: string, mayBeThere: boolean): Promise<boolean> {
    const { sha256, bytes } = await hashFile(path);
    const there = mayBeThere ? await this.#head(key) : undefined;
    if (there !== undefined) return there.sha256 === sha256;
    for (let attempt = 1; ; attempt += 1) {
      // The client cannot send a stream again; each attempt has one of its own.
      const body = bytes < this.#streamFrom ? await readFile(path) : createReadStream(path);
      try {
        await this.#client.send(
          new PutObjectCommand({
            ...this.#place(key),
            ...{ Body: body, ContentLength: bytes, IfNoneMatch: '*', Metadata: { sha256 } },
            ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
            ContentType: CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
          }),
        );
        return true;
      } catch (error) {
        // Also what an attempt finds whose forerunner arrived and whose answer did not.
        if (statusOf(error) === 412) return (await this.#head(key))?.sha256 === sha256;
        if (attempt === ATTEMPTS || !isWorthAnother(error)) throw s3Failure(error, 'WRITE_FAILED', this.#at(key));
        await this.#sleep(2 ** attempt * 100);
      } finally {
        if (isStream(body)) body.destroy();
      }
    }
  }

  /** When an object was written, epoch milliseconds by S3's clock; undefined when it is not there. */
  async writtenAt(key: string): Promise<number | undefined> {
    return (await this.#head(key))?.at;
  }

  /** The bytes of a small object; undefined when it is not there. */
  async read(key: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#place(key)));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if (isNoKey(error)) return undefined;
      throw s3Failure(error, 'READ_FAILED', this.#at(key));
    }
  }

  /**
   * Writes an object's bytes to a local file. A download that breaks off is begun again.
   *
   * @param etag the object is read under this entity tag only; another fails with status 412 as the cause
   */
  async download(key: string, path: string, etag?: string): Promise<void> {
    const condition = etag === undefined ? {} : { IfMatch: `"${etag}"` };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#place(key), ...condition }));
        if (!(Body instanceof Readable)) throw new Error('an answer without a body');
        await pipeline(Body, createWriteStream(path));
        return;
      } catch (error) {
        if (OF_THE_DISK.has(systemCode(error) ?? '')) throw notWritten(path, error);
        if (attempt === ATTEMPTS || !isWorthAnother(error)) throw s3Failure(error, 'READ_FAILED', this.#at(key));
        await this.#sleep(2 ** attempt * 100);
      }
    }
  }

  /** The names of the folders right in a folder. */
  async folders(folder: string): Promise<readonly string[]> {
    const start = this.#start(folder);
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages(start, '/'))
      for (const { Prefix = '' } of CommonPrefixes) names.push(Prefix.slice(start.length, -1));
    return names;
  }

  /** All objects below a folder, keys from that folder on. */
  async list(folder: string): Promise<readonly BucketFile[]> {
    const files: BucketFile[] = [];
    for await (const file of this.each(folder)) files.push(file);
    return files;
  }

  /** The same, one after the other. */
  async *each(folder: string): AsyncGenerator<BucketFile> {
    const start = this.#start(folder);
    for await (const { Contents = [] } of this.#pages(start, undefined))
      for (const { Key = '', Size = 0, LastModified } of Contents)
        yield { key: Key.slice(start.length), bytes: Size, at: LastModified?.getTime() ?? 0 };
  }

  #start(folder: string): string {
    return folder === '' ? this.#root : `${this.#root}${folder}/`;
  }

  async *#pages(prefix: string, delimiter: string | undefined) {
    const input = { Bucket: this.#bucket, Prefix: prefix, ...(delimiter && { Delimiter: delimiter }) };
    try {
      yield* paginateListObjectsV2({ client: this.#client }, input);
    } catch (error) {
      throw s3Failure(error, 'READ_FAILED', `s3://${this.#bucket}/${prefix}`);
    }
  }

  async #head(key: string): Promise<{ readonly sha256: string | undefined; readonly at: number } | undefined> {
    try {
      const { Metadata, LastModified } = await this.#client.send(new HeadObjectCommand(this.#place(key)));
      return { sha256: Metadata?.sha256, at: LastModified?.getTime() ?? 0 };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw s3Failure(error, 'READ_FAILED', this.#at(key));
    }
  }

  #place(key: string) {
    return { Bucket: this.#bucket, Key: this.#root + key };
  }

  #at(key: string): string {
    return `${this.name}/${key}`;
  }
}

const OF_THE_DISK: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'ENOENT', 'EISDIR']);

const notWritten = (path: string, cause: unknown): AppError =>
  new AppError('WRITE_FAILED', 'the copy of an object cannot be written', {
    where: path,
    got: systemCode(cause) ?? 'unknown',
    hint: 'check the space left on the disk; TMPDIR names another',
    cause,
  });

const isStream = (body: Buffer | ReadStream): body is ReadStream => !Buffer.isBuffer(body);

const isNoKey = (error: unknown): boolean =>
  statusOf(error) === 404 && !(error instanceof Error && error.name === 'NoSuchBucket');

/** No answer, another conditional write under way, too many requests, or a failure of S3's own. */
function isWorthAnother(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status === 409 || status === 429 || status >= 500;
}
