import type { S3Client } from '@aws-sdk/client-s3';
import { type S3Address, type UtcDay, utcDayOf } from '../../model/index.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { bucketEvents } from './bucketEvents.js';
import { noteListed, readListed } from './listedCell.js';
import type { ObjectSource, ObjectSurvey } from './ObjectSource.js';
import { UnbookedListing } from './UnbookedListing.js';

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
export function s3EventObjects({ store, clock, ...place }: S3EventObjectsOptions): ObjectSource & ObjectSurvey {
  const events = bucketEvents(place);
  let listing: { readonly listed: UnbookedListing; readonly whole: UtcDay | undefined } | undefined;
  const begin = async (): Promise<NonNullable<typeof listing>> => {
    const [today, { root }] = [utcDayOf(clock()), events];
    if ((await readListed(store)).day === today)
      return { listed: new UnbookedListing({ root, pages: () => events.recent(today) }), whole: undefined };
    return { listed: new UnbookedListing({ root, parts: () => events.everything() }), whole: today };
  };
  return {
    list: async (booked) => {
      listing ??= await begin();
      return listing.listed.list(booked);
    },
    survey: async (booked) => (await begin()).listed.survey(booked),
    booked: async () => {
      if (listing?.whole !== undefined) await noteListed(store, { day: listing.whole });
      listing = undefined;
    },
  };
}
