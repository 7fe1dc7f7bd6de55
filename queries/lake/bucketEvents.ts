import { type _Object, HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { addDays, LAKE, type S3Address, utcDaySchema } from '../../model/index.js';
import { s3Failure, statusOf } from '../store/s3Failure.js';
import type { FoundObject, FoundObjects } from './ObjectSource.js';

/** An object of a bucket, as S3 has it. */
export interface BucketObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** When it was written, epoch milliseconds by S3's clock; undefined where S3 does not say. */
  readonly at: number | undefined;
}

/** A part of a listing, which can be listed again: objects a page at a time, in no order. */
export type ListedPart = () => AsyncIterable<readonly BucketObject[]>;

/** What lies among the events of a lake in S3. All methods throw READ_FAILED, PERMISSION_DENIED, LAKE_NOT_FOUND. */
export interface BucketEvents {
  readonly bucket: string;
  /** What stands before the paths of the lake: empty, or with a slash at its end. */
  readonly root: string;
  /** Everything there is, in parts: a call for each emitter and for each thousand objects of it, many at once. */
  everything(): AsyncIterable<ListedPart>;
  /** What arrived on a UTC date or the day before it, a part at a time: a call for each emitter and day, at least. */
  recent(today: string): AsyncIterable<readonly BucketObject[]>;
  /** One object; undefined when it is not there. */
  look(key: string): Promise<BucketObject | undefined>;
}

/** Days of arrival before today that are recent: around midnight Firehose still writes yesterday's. */
const DAYS_BEFORE = 1;
const LISTINGS_AT_ONCE = 16;

/** The events of the lake below a prefix of a bucket. */
export function bucketEvents({ client, bucket, prefix }: S3Address & { readonly client: S3Client }): BucketEvents {
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const events = `${root}${LAKE.events}/`;
  const place = `s3://${bucket}/${events}`.replace(/\/$/, '');

  async function* under(folder: string): AsyncGenerator<readonly BucketObject[]> {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder }))
      yield Contents.map(objectOf);
  }

  /** The folders right among the events, those of emitters and others, and the files beside them. */
  async function top(): Promise<{ readonly folders: readonly string[]; readonly files: readonly BucketObject[] }> {
    const [folders, files]: [string[], BucketObject[]] = [[], []];
    const input = { Bucket: bucket, Prefix: events, Delimiter: '/' };
    for await (const { CommonPrefixes = [], Contents = [] } of paginateListObjectsV2({ client }, input)) {
      folders.push(...CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []));
      files.push(...Contents.map(objectOf));
    }
    return { folders, files };
  }

  async function* everything(): AsyncGenerator<ListedPart> {
    const { folders, files } = await top().catch(failed);
    yield () => reading(pageOf(files));
    for (let first = 0; first < folders.length; first += LISTINGS_AT_ONCE) {
      const some = folders.slice(first, first + LISTINGS_AT_ONCE);
      yield () => reading(together(some.map(under)));
    }
  }

  async function* recent(today: string): AsyncGenerator<readonly BucketObject[]> {
    const day = utcDaySchema.parse(today);
    const days = Array.from({ length: DAYS_BEFORE + 1 }, (_, back) => addDays(day, -back));
    const emitters = (await top()).folders.filter((folder) => folder.startsWith(`${events}tenant_id=`));
    const folders = emitters.flatMap((emitter) => days.map((dt) => `${emitter}dt=${dt}/`));
    for (let first = 0; first < folders.length; first += LISTINGS_AT_ONCE)
      yield* together(folders.slice(first, first + LISTINGS_AT_ONCE).map(under));
  }

  async function* reading(pages: AsyncIterable<readonly BucketObject[]>): AsyncGenerator<readonly BucketObject[]> {
    try {
      yield* pages;
    } catch (error) {
      failed(error);
    }
  }

  function failed(error: unknown): never {
    throw s3Failure(error, 'READ_FAILED', place);
  }
  return {
    bucket,
    root,
    everything,
    recent: (today) => reading(recent(today)),
    look: async (key) => {
      try {
        const input = { Bucket: bucket, Key: key };
        const { ContentLength: size = 0, ETag, LastModified } = await client.send(new HeadObjectCommand(input));
        return { key, size, etag: unquoted(ETag), at: LastModified?.getTime() };
      } catch (error) {
        // A HEAD has no body to say which it is: a bucket that is not there is found by the listing.
        if (statusOf(error) === 404) return undefined;
        throw s3Failure(error, 'READ_FAILED', `s3://${bucket}/${key}`);
      }
    },
  };
}

/** What a path among the events of a lake is: an object of a partition, a stray in none, or nothing that an engine reads. */
export function eventObjectAt(path: string): Pick<FoundObject, 'path' | 'emitter' | 'dt'> | 'stray' | undefined {
  // Names that Hive, Trino and Athena pass over begin with a dot or an underscore.
  if (/\/[._][^/]*$/.test(path)) return undefined;
  const match = /^events\/tenant_id=([^/]+)\/dt=(\d{4}-\d\d-\d\d)\/./.exec(path);
  return match === null ? 'stray' : { path, emitter: match[1] ?? '', dt: match[2] ?? '' };
}

/** What of a listing is an object of the event table, in the order of paths. */
export function foundAmong(root: string, listed: readonly BucketObject[]): FoundObjects {
  const objects: FoundObject[] = [];
  const strays: string[] = [];
  for (const { key, size, etag } of listed) {
    const path = key.slice(root.length);
    const object = size === 0 ? undefined : eventObjectAt(path);
    if (object === 'stray') strays.push(path);
    else if (object !== undefined) objects.push({ ...object, etag });
  }
  objects.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { objects, strays };
}

/** Pages of several listings as they come: one of each is under way. */
async function* together(
  listings: readonly AsyncGenerator<readonly BucketObject[]>[],
): AsyncGenerator<readonly BucketObject[]> {
  const next = async (listing: AsyncGenerator<readonly BucketObject[]>) => ({ listing, page: await listing.next() });
  const coming = new Map(listings.map((listing) => [listing, next(listing)]));
  try {
    while (coming.size > 0) {
      const { listing, page } = await Promise.race(coming.values());
      coming.delete(listing);
      if (page.done === true) continue;
      coming.set(listing, next(listing));
      yield page.value;
    }
  } finally {
    // Those that are under way when one fails, or nobody goes on.
    await Promise.allSettled(coming.values());
  }
}

async function* pageOf(objects: readonly BucketObject[]): AsyncGenerator<readonly BucketObject[]> {
  yield objects;
}

const objectOf = ({ Key: key = '', Size: size = 0, ETag, LastModified }: _Object): BucketObject => {
  return { key, size, etag: unquoted(ETag), at: LastModified?.getTime() };
};

const unquoted = (etag = ''): string => etag.replaceAll('"', '');
