import pLimit from 'p-limit';
import { addDays, isoInstant, type UtcDay, utcDayOf } from '../../../model/index.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import type { BookedObjects } from '../BookedObjects.js';
import { type BucketEvents, eventObjectAt } from '../bucketEvents.js';
import { noteListed, readListed } from '../listedCell.js';
import type { FoundObject, FoundObjects, ObjectSource } from '../ObjectSource.js';
import { type ListingLimits, UnbookedListing } from '../UnbookedListing.js';
import { HeldMessages, type HeldMessagesOptions } from './HeldMessages.js';
import { noteUnbooked } from './notedUnbooked.js';

/** What taking what a bucket tells of its objects needs: its queue is told of every object created among the events. */
export interface ToldObjectsOptions extends HeldMessagesOptions {
  readonly events: BucketEvents;
  /** The same lake's store: where it is kept when was listed last, and what is not booked. */
  readonly store: ObjectStore;
  /** Of listings; for tests. */
  readonly limits?: ListingLimits;
}

/** What a run was told, and what a listing says of it. */
export interface ToldSummary {
  /** Messages handed out to this run; those of them that were removed, since nothing is left to do about them. */
  readonly messages: number;
  readonly removed: number;
  /** Objects of other buckets or other prefixes, and objects that were not there any more. */
  readonly elsewhere: number;
  readonly gone: number;
  /** Messages that S3 does not write, the first of them as they stand. */
  readonly unreadable: number;
  readonly unreadableTexts: readonly string[];
  /** Whether the queue had nothing more. */
  readonly toTheEnd: boolean;
  /** Why the queue could not be used. */
  readonly failure?: string;
  /** What was listed in this run, if anything was. */
  readonly listed?: 'everything' | 'recent';
  /** Objects that a listing found, that are not booked, and that no event has told of in time; absent when that cannot be said. */
  readonly untold?: number;
}

/** How often recent days are listed although events tell of them, milliseconds: events that got lost are mended within it. */
const RECENT_EVERY_MS = 3_600_000;
/** S3 tells within seconds, and now and then later than a minute: what is younger may be on its way, milliseconds. */
const TOLD_WITHIN_MS = 15 * 60_000;
const LOOKS_AT_ONCE = 32;

/**
 * The objects of a lake in S3 as its bucket tells of them, wherever their `dt` lies (design decision 10). A message is removed only
 * when all it names is in manifests whose bookings stand, or is nothing to book; whoever dies before that leaves it to be handed out
 * again. Events are never the only way: recent days are listed once an hour and everything once a UTC day, and what is found there
 * that no event has told of is counted; a listing comes after what was told, which it must not hold up. While the queue cannot be used, recent days are listed each time.
 */
export class ToldObjects implements ObjectSource {
  readonly #options: ToldObjectsOptions;
  readonly #messages: HeldMessages;
  /** What S3 says of the objects that were told; `gone` is not there, or empty. */
  readonly #looked = new Map<string, FoundObject | 'gone'>();
  #gone = 0;
  #due: Due | undefined;
  #listing: Listing | undefined;
  /** Of the last `list`; undefined before it, and when all of it is booked and noted. */
  #open: readonly string[] | undefined;

  constructor(options: ToldObjectsOptions) {
    this.#options = options;
    this.#messages = new HeldMessages(options);
  }

  async list(booked: BookedObjects): Promise<FoundObjects> {
    this.#due ??= await this.#whatIsDue();
    const taken = await booked.among([...this.#messages.paths(), ...this.#looked.keys()]);
    const isDone = (path: string): boolean => taken.has(path) || this.#looked.get(path) === 'gone';
    await this.#messages.settle(isDone);
    for (const path of taken) this.#looked.delete(path);
    // What was gone may be there again when it is told once more.
    for (const path of await this.#messages.take((paths) => booked.among(paths))) {
      if (this.#looked.get(path) === 'gone') this.#looked.delete(path);
    }
    await this.#look(taken);
    await this.#messages.settle(isDone);
    const told = [...this.#looked.values()].filter((object) => object !== 'gone');
    // What was told is booked first: a listing can take so long that the run ends. But a queue that never ends does not put it off.
    const isFirst = told.length > 0 && !this.#isEndless;
    const listed = isFirst ? { objects: [], strays: [] } : await this.#listWhenDue(booked);
    // What was told is listed, too.
    const found = new Map([...listed.objects, ...told].map((object) => [object.path, object]));
    const objects = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    this.#open = [...new Set([...objects.map(({ path }) => path), ...(this.#listing?.listed.open ?? [])])];
    return { objects, strays: [...new Set([...this.#messages.strays, ...listed.strays])].sort() };
  }

  async booked(): Promise<void> {
    const { store, clock } = this.#options;
    if (this.#listing !== undefined && this.#due !== undefined) {
      const { what, at } = this.#listing;
      await noteListed(store, { day: what === 'everything' ? utcDayOf(at) : this.#due.day, recent: isoInstant(at) });
    }
    await noteUnbooked(store, clock(), this.#knowsAll ? [] : undefined);
    this.#open = undefined;
  }

  /** Gives back what this run holds, and leaves a note of what it has not booked. To be called however the run ends. */
  async close(): Promise<void> {
    await this.#messages.release();
    if (this.#open === undefined) return;
    const { store, clock } = this.#options;
    await noteUnbooked(store, clock(), this.#knowsAll ? this.#open : undefined);
  }

  summary(): ToldSummary {
    const { counts, toTheEnd, failure } = this.#messages;
    const { what, listed, untold } = this.#listing ?? {};
    return {
      ...{ ...counts, gone: this.#gone, toTheEnd },
      ...(failure === undefined ? {} : { failure }),
      ...(what === undefined ? {} : { listed: what }),
      // Of a listing that has not ended nothing is said.
      ...(untold === undefined || listed?.isOver !== true ? {} : { untold }),
    };
  }

  get #knowsAll(): boolean {
    return this.#toldAll && this.#listing?.listed.isOver !== false;
  }

  /** Whether there is more in the queue than a run takes. */
  get #isEndless(): boolean {
    return !this.#messages.toTheEnd && this.#messages.failure === undefined;
  }

  get #toldAll(): boolean {
    return this.#messages.toTheEnd && this.#messages.failure === undefined;
  }

  async #whatIsDue(): Promise<Due> {
    const { store, clock } = this.#options;
    const { day, recent } = await readListed(store);
    const [now, today] = [clock(), utcDayOf(clock())];
    const everything = day !== today;
    const isOld = recent === undefined || now - Date.parse(recent) >= RECENT_EVERY_MS || Date.parse(recent) > now;
    // What a run that died has in its hands is not lost: nothing is said of events then.
    const held = everything || isOld ? await this.#messages.handedOut() : undefined;
    return { day, everything, recent: isOld, late: day === undefined || day < addDays(today, -1), judged: held === 0 };
  }

  /** Asks S3 for what was told: an event says what to look at, S3 what is there. */
  async #look(taken: ReadonlySet<string>): Promise<void> {
    const { events } = this.#options;
    // Of a message that names several some may be booked.
    const unknown = [...this.#messages.paths()].filter((path) => !taken.has(path) && !this.#looked.has(path));
    const limit = pLimit(LOOKS_AT_ONCE);
    const look = async (path: string): Promise<void> => {
      const there = await events.look(events.root + path);
      const object = eventObjectAt(path);
      const isThere = there !== undefined && there.size > 0 && typeof object === 'object';
      if (there === undefined) this.#gone += 1;
      this.#looked.set(path, isThere ? { ...object, etag: there.etag } : 'gone');
    };
    await Promise.all(unknown.map((path) => limit(() => look(path))));
  }

  async #listWhenDue(booked: BookedObjects): Promise<FoundObjects> {
    this.#listing ??= this.#listingDue();
    const listing = this.#listing;
    if (listing === undefined) return { objects: [], strays: [] };
    return listing.listed.list(booked, ({ path, at }) => {
      const isOld = at !== undefined && at < listing.at - TOLD_WITHIN_MS;
      if (listing.untold !== undefined && isOld && !this.#looked.has(path)) listing.untold += 1;
    });
  }

  #listingDue(): Listing | undefined {
    const { events, clock, limits } = this.#options;
    const [due, { failure }] = [this.#due, this.#messages];
    if (due === undefined || (!due.everything && !due.recent && failure === undefined)) return undefined;
    // What the rest of the queue tells need not be found; but a queue that never ends does not put it off for days.
    if (this.#isEndless && !due.late) return undefined;
    const at = clock();
    const { root } = events;
    const listed = due.everything
      ? new UnbookedListing({ root, parts: () => events.everything() }, limits)
      : new UnbookedListing({ root, pages: () => events.recent(utcDayOf(at)) }, limits);
    const what = due.everything ? 'everything' : 'recent';
    return { listed, what, at, untold: due.judged && this.#toldAll ? 0 : undefined };
  }
}

/** A listing that was begun. */
interface Listing {
  readonly listed: UnbookedListing;
  readonly what: 'everything' | 'recent';
  readonly at: number;
  /** As in the summary, as far as it has come. */
  untold: number | undefined;
}

/** What a run has to list. */
interface Due {
  /** The UTC date on which everything was listed last. */
  readonly day: UtcDay | undefined;
  readonly everything: boolean;
  readonly recent: boolean;
  /** Everything was not listed yesterday either. */
  readonly late: boolean;
  /** Whether what no event told of can be told from what somebody else holds. */
  readonly judged: boolean;
}
