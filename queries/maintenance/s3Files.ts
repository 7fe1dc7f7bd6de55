import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { AppError } from '../../model/index.js';
import { hashFile } from '../lake/hashFile.js';
import { damagedObject } from '../ledger/damaged.js';
import { manifestsOf } from '../ledger/ledgerLog.js';
import { openLedgerLog } from '../ledger/openLedgerLog.js';
import { BucketFiles, type BucketOptions } from '../store/BucketFiles.js';
import { s3Failure, statusOf } from '../store/s3Failure.js';
import { s3Store } from '../store/s3Store.js';
import { runOf } from './compaction/placeFiles.js';
import type { KnownFile, LakeFiles } from './LakeFiles.js';

/** What the files of a lake in a bucket are reached with. */
export interface S3FilesOptions extends Omit<BucketOptions, 'streamFrom'> {
  /** A folder of this machine for the files of one partition at a time, and what they become. */
  readonly scratch: string;
}

const TRANSFERS_AT_ONCE = 8;
/** An upload whose bytes broke off is begun again: the client itself repeats only calls, not what streams. */
const ATTEMPTS = 4;
/** Objects one call removes, at most (S3's limit). */
const REMOVED_AT_ONCE = 1000;

/**
 * The files of a lake in a bucket. Bytes go through files of this machine, a partition at a time, never through memory. What is
 * booked by anyone may be moved: a ledger in Iceberg computes a booking from compacted lines as from delivered ones. What a
 * run made and could not put in place is lost with it, and made again by the next.
 */
export function s3Files({ scratch, ...options }: S3FilesOptions): LakeFiles {
  const { client, bucket, prefix } = options;
  const bucketFiles = new BucketFiles(options);
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const store = s3Store({ client, bucket, prefix });
  /** By folder, as it was listed last: of what is looked at a part at a time, one part. */
  const placed = new Map<string, ReadonlyMap<string, number>>();
  const limit = pLimit(TRANSFERS_AT_ONCE);
  const stagedBy = (run: string): string => join(scratch, `compaction-${run}`);
  const bring = async ({ object, sha256, etag }: KnownFile, to: string): Promise<void> => {
    try {
      // A hash tells more; it is the caller's to look at.
      await bucketFiles.download(object, to, sha256 === undefined ? etag : undefined);
    } catch (error) {
      const status = error instanceof AppError && error.code === 'READ_FAILED' ? statusOf(error.cause) : undefined;
      if (status === 404) throw damagedObject(object, 'an object of the lake is gone', error);
      if (status === 412) throw damagedObject(object, 'an object of the lake is not what was booked', error);
      throw error;
    }
  };
  const withLocal: LakeFiles['withLocal'] = async (files, work) => {
    await mkdir(scratch, { recursive: true });
    const folder = await mkdtemp(join(scratch, 'partition-'));
    const place = async (file: KnownFile): Promise<void> => {
      const to = join(folder, file.object);
      await mkdir(dirname(to), { recursive: true });
      await bring(file, to);
    };
    try {
      // All of them end before the folder goes.
      const brought = await Promise.allSettled(files.map((file) => limit(() => place(file))));
      for (const one of brought) if (one.status === 'rejected') throw one.reason;
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    log: openLedgerLog(store),
    locked: false,
    scratch,
    finishInterrupted: async () => 0,
    sizes: async (folder, keeps = () => true) => {
      const sizes = new Map<string, number>();
      const times = new Map<string, number>();
      for await (const { key, bytes, at } of bucketFiles.each(folder)) {
        const path = `${folder}/${key}`;
        if (!keeps(path)) continue;
        // Of a file whose time is not told nothing may be taken for old.
        times.set(path, at || Number.POSITIVE_INFINITY);
        sizes.set(path, bytes);
      }
      placed.set(folder, times);
      return sizes;
    },
    finished: async (log) => new Set(manifestsOf(log).map(({ manifest }) => manifest.number)),
    stagedBy,
    withLocal,
    place: async ({ to }) => {
      for (const { object, sha256, bytes } of to) {
        const path = join(stagedBy(runOf(object)), object);
        await put(object, path, { sha256, bytes });
      }
    },
    put: async (from, object) => put(object, from, await hashFile(from)),
    neededErrors: async () => new Set(),
    placedAt: async (object) =>
      [...placed.values()].flatMap((times) => times.get(object) ?? [])[0] ?? Number.POSITIVE_INFINITY,
    hash: (object) => withLocal([{ object }], async (folder) => (await hashFile(join(folder, object))).sha256),
    remove: async (objects) => {
      for (let first = 0; first < objects.length; first += REMOVED_AT_ONCE) {
        const some = objects.slice(first, first + REMOVED_AT_ONCE).map((object) => ({ Key: root + object }));
        await removeSome(some);
      }
    },
  };

  /** Its bytes are checked by S3 against the hash the log has, or will have, of them. */
  async function put(
    object: string,
    path: string,
    file: { readonly sha256: string; readonly bytes: number },
  ): Promise<void> {
    const { size } = await stat(path);
    if (size !== file.bytes) throw new AppError('INTERNAL', 'a file has changed before it was put in place');
    for (let attempt = 1; ; attempt++) {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: root + object,
            Body: createReadStream(path),
            ContentLength: size,
            ChecksumSHA256: Buffer.from(file.sha256, 'hex').toString('base64'),
          }),
        );
        return;
      } catch (error) {
        if (!isPassing(error) || attempt === ATTEMPTS)
          throw s3Failure(error, 'WRITE_FAILED', `${store.name}/${object}`);
      }
    }
  }

  async function removeSome(keys: readonly { readonly Key: string }[]): Promise<void> {
    try {
      const removal = { Objects: [...keys], Quiet: true };
      const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: removal }));
      const [failed] = Errors;
      if (failed === undefined) return;
      throw new AppError(
        failed.Code === 'AccessDenied' ? 'PERMISSION_DENIED' : 'WRITE_FAILED',
        'S3 did not remove objects',
        {
          where: `s3://${bucket}/${failed.Key}`,
          got: `${Errors.length} of ${keys.length}: ${failed.Code} ${failed.Message ?? ''}`.trim(),
          hint: 'the role needs s3:DeleteObject under events/ and events_compacted/; nothing else was changed, run it again',
        },
      );
    } catch (error) {
      throw s3Failure(error, 'WRITE_FAILED', store.name);
    }
  }
}

/** S3's own trouble, or the connection's: not what S3 has answered about the call. */
function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  return !(error instanceof AppError) && (status === undefined || status >= 500 || status === 429);
}
