import * as z from 'zod';
import { isoInstant, utcDayOf } from '../../../model/index.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { type BucketEvents, eventObjectAt } from '../bucketEvents.js';
import type { FoundObject, ObjectSurvey } from '../ObjectSource.js';
import { PartitionCounts } from '../PartitionCounts.js';
import { UnbookedListing } from '../UnbookedListing.js';

/** Where the ledger job leaves what it knows of and has not booked. */
const UNBOOKED_KEY = 'ledger/unbooked.json';
/** A note of more would be long: whoever wants to know lists then. */
const MOST_NOTED = 5000;
/** What was found longer ago is not what is there, milliseconds. */
const FRESH_MS = 3_600_000;

const unbookedSchema = z.strictObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  /** Absent when there are many, or when not all is known. */
  objects: z.array(z.string()).optional(),
});

/** Notes what a run of the ledger job left unbooked; undefined for what it does not know. Another's note is as good. */
export async function noteUnbooked(
  store: ObjectStore,
  now: number,
  objects: readonly string[] | undefined,
): Promise<void> {
  const few = objects !== undefined && objects.length <= MOST_NOTED ? { objects } : {};
  const text = JSON.stringify({ version: 1, at: isoInstant(now), ...few });
  await store.writeCell(UNBOOKED_KEY, `${text}\n`, await store.readCell(UNBOOKED_KEY));
}

/**
 * What there is beside what is booked, for those who read behind the ledger job: what it left, by its own note, without a listing of
 * the bucket by each of them. Lists what arrived today and yesterday when there is no note of the last hour.
 */
export function notedUnbooked(
  events: BucketEvents,
  { store, clock }: { readonly store: ObjectStore; readonly clock: () => number },
): ObjectSurvey {
  return {
    survey: async (booked) => {
      const noted = notedIn(await store.readCell(UNBOOKED_KEY), clock());
      if (noted === undefined) {
        const pages = () => events.recent(utcDayOf(clock()));
        return new UnbookedListing({ root: events.root, pages }).survey(booked);
      }
      const taken = await booked.among(noted);
      const isObject = (one: ReturnType<typeof eventObjectAt>): one is FoundObject => typeof one === 'object';
      const open = noted.filter((path) => !taken.has(path)).map(eventObjectAt);
      return { partitions: new PartitionCounts().add(open.filter(isObject)).list(), strays: [] };
    },
  };
}

/** What cannot be read means that it is listed. */
function notedIn(cell: { readonly text: string } | undefined, now: number): readonly string[] | undefined {
  try {
    if (cell === undefined) return undefined;
    const { at, objects } = unbookedSchema.parse(JSON.parse(cell.text));
    return Math.abs(now - Date.parse(at)) <= FRESH_MS ? objects : undefined;
  } catch {
    return undefined;
  }
}
