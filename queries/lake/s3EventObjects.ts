import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import * as z from 'zod';
import { addDays, LAKE, type S3Address, utcDayOf, utcDaySchema } from '../../model/index.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { s3Failure } from '../store/s3Failure.js';
import type { FoundObject, FoundObjects, ObjectSource } from './ObjectSource.js';

/** What listing a bucket needs. */
export interface S3EventObjectsOptions extends S3Address {
  readonly client: S3Client;
  /** The same lake's store: where it is kept when everything was listed last. */
  readonly store: ObjectStore;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
}

/** Where it stands when everything was listed last. */
const LISTED_KEY = 'ledger/listed.json';

const listedSchema = z.strictObject({ version: z.literal(1), day: utcDaySchema });

/** Days of arrival before today that are listed every time: around midnight Firehose still writes yesterday's. */
const DAYS_BEFORE = 1;
const LISTINGS_AT_ONCE = 16;

/**
 * The objects of a lake in S3, which Firehose writes and no journal knows: those that arrived today or yesterday every
 * time, all of them once a UTC day, since a backlog or a replay is delivered under its old date.
 */
export function s3EventObjects(options: S3EventObjectsOptions): ObjectSource {
  const { client, bucket, store, clock } = options;
  const root = options.prefix === '' || options.prefix.endsWith('/') ? options.prefix : `${options.prefix}/`;
  const events = `${root}${LAKE.events}/`;
  let listing: string | undefined;

  async function keysUnder(prefix: string): Promise<readonly FoundKey[]> {
    const keys: FoundKey[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key: key = '', Size: size = 0, ETag: etag = '' } of Contents) keys.push({ key, size, etag });
    }
    return keys;
  }

  async function emitters(): Promise<readonly string[]> {
    const found: string[] = [];
    const input = { Bucket: bucket, Prefix: events, Delimiter: '/' };
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client }, input)) {
      for (const { Prefix = '' } of CommonPrefixes) if (Prefix.startsWith(`${events}tenant_id=`)) found.push(Prefix);
    }
    return found;
  }

  async function recent(today: string): Promise<readonly FoundKey[]> {
    const day = utcDaySchema.parse(today);
    const days = Array.from({ length: DAYS_BEFORE + 1 }, (_, back) => addDays(day, -back));
    const limit = pLimit(LISTINGS_AT_ONCE);
    const folders = (await emitters()).flatMap((emitter) => days.map((dt) => `${emitter}dt=${dt}/`));
    return (await Promise.all(folders.map((folder) => limit(() => keysUnder(folder))))).flat();
  }

  return {
    list: async () => {
      const today = utcDayOf(clock());
      const last = await listedOn(store);
      listing = last === today ? undefined : today;
      try {
        return sorted(root, await (listing === undefined ? recent(today) : keysUnder(events)));
      } catch (error) {
        throw s3Failure(error, 'READ_FAILED', `${store.name}/${LAKE.events}`);
      }
    },
    booked: async () => {
      if (listing === undefined) return;
      // Whoever else writes it has listed everything, too.
      await store.writeCell(
        LISTED_KEY,
        `${JSON.stringify({ version: 1, day: listing })}\n`,
        await store.readCell(LISTED_KEY),
      );
    },
  };
}

interface FoundKey {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** What cannot be read means that everything is listed again. */
async function listedOn(store: ObjectStore): Promise<string | undefined> {
  const cell = await store.readCell(LISTED_KEY);
  try {
    return cell === undefined ? undefined : listedSchema.parse(JSON.parse(cell.text)).day;
  } catch {
    return undefined;
  }
}

/** Names that Hive, Trino and Athena read as well: not those that begin with a dot or an underscore. */
function sorted(root: string, keys: readonly FoundKey[]): FoundObjects {
  const objects: FoundObject[] = [];
  const strays: string[] = [];
  for (const { key, size, etag } of keys) {
    const path = key.slice(root.length);
    if (size === 0 || /\/[._][^/]*$/.test(path)) continue;
    const match = /^events\/tenant_id=([^/]+)\/dt=(\d{4}-\d\d-\d\d)\/./.exec(path);
    if (match === null) strays.push(path);
    else objects.push({ path, emitter: match[1] ?? '', dt: match[2] ?? '', etag: etag.replaceAll('"', '') });
  }
  objects.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { objects, strays };
}
