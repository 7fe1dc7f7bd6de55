import type { S3Client } from '@aws-sdk/client-s3';
import { type S3Address, type UtcDay, utcDayOf } from '../../model/index.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { bucketEvents, foundAmong } from './bucketEvents.js';
import { noteListed, readListed } from './listedCell.js';
import type { ObjectSource } from './ObjectSource.js';

/** What listing a bucket needs. */
export interface S3EventObjectsOptions extends S3Address {
  readonly client: S3Client;
  /** The same lake's store: where it is kept when everything was listed last. */
  readonly store: ObjectStore;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * The objects of a lake in S3, which Firehose writes and no journal knows: those that arrived today or yesterday every
 * time, all of them once a UTC day, since a backlog or a replay is delivered under its old date. For whoever hears no events
 * of the bucket; the deployed ledger job does (objectEvents/ToldObjects.ts).
 */
export function s3EventObjects({ store, clock, ...place }: S3EventObjectsOptions): ObjectSource {
  const events = bucketEvents(place);
  let listing: UtcDay | undefined;
  return {
    list: async () => {
      const today = utcDayOf(clock());
      listing = (await readListed(store)).day === today ? undefined : today;
      return foundAmong(events.root, await (listing === undefined ? events.recent(today) : events.everything()));
    },
    booked: async () => {
      if (listing !== undefined) await noteListed(store, { day: listing });
    },
  };
}
