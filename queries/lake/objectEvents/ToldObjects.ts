import pLimit from 'p-limit';
import { addDays, isoInstant, type UtcDay, utcDayOf } from '../../../model/index.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { type BucketEvents, eventObjectAt, foundAmong } from '../bucketEvents.js';
import { noteListed, readListed } from '../listedCell.js';
import type { FoundObject, FoundObjects, ObjectSource } from '../ObjectSource.js';
import { HeldMessages, type HeldMessagesOptions } from './HeldMessages.js';
import { noteFound } from './lastFound.js';

/** What hearing of a bucket's objects needs: its queue is told of every object created among the events. */
export interface ToldObjectsOptions extends HeldMessagesOptions {
  readonly events: BucketEvents;
  /** The same lake's store: where it is kept when was listed last, and what is not booked. */
  readonly store: ObjectStore;
}

/** What a run heard, and what a listing says of it. */
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

/** How often recent days are listed although events are heard, milliseconds: events that got lost are mended within it. */
const RECENT_EVERY_MS = 3_600_000;
/** S3 tells within seconds, and now and then later than a minute: what is younger may be on its way, milliseconds. */
const TOLD_WITHIN_MS = 15 * 60_000;
const LOOKS_AT_ONCE = 32;

/**
 * The objects of a lake in S3 as its bucket tells of them, wherever their `dt` lies (design decision 10). A message is removed only
 * when all it names is in manifests whose bookings stand, or is nothing to book; whoever dies before that leaves it to be handed out
 * again. Events are never the only way: recent days are listed once an hour and everything once a UTC day, and what is found there
 * that no event has told of is counted; a listing comes after what was told, which it must not hold up. While the queue cannot be
 * used, recent days are listed each time.
 */
export class ToldObjects implements ObjectSource {
  readonly #options: ToldObjectsOptions;
  readonly #messages: HeldMessages;
  /** What S3 says of the objects that were told; `gone` is not there, or empty. */
  readonly #looked = new Map<string, FoundObject | 'gone'>();
  #gone = 0;
  #due: Due | undefined;
  #listing: (FoundObjects & { readonly what: 'everything' | 'recent'; readonly at: number }) | undefined;
  #untold: number | undefined;
  /** Of the last `list`; undefined before it, and when all of it is booked and noted. */
  #open: readonly string[] | undefined;

  constructor(options: ToldObjectsOptions) {
    this.#options = options;
    this.#messages = new HeldMessages(options);
  }

  async list(taken: ReadonlySet<string> = new Set()): Promise<FoundObjects> {
    this.#due ??= await this.#whatIsDue();
    const isDone = (path: string): boolean => taken.has(path) || this.#looked.get(path) === 'gone';
    await this.#messages.settle(isDone);
    // What was gone may be there again when it is told once more.
    for (const path of await this.#messages.take((path) => taken.has(path))) {
      if (this.#looked.get(path) === 'gone') this.#looked.delete(path);
    }
    await this.#look(taken);
    await this.#messages.settle(isDone);
    await this.#listWhenDue(taken);
    const objects = new Map<string, FoundObject>();
    for (const object of this.#listing?.objects ?? []) objects.set(object.path, object);
    for (const object of this.#looked.values()) if (object !== 'gone') objects.set(object.path, object);
    const open = [...objects.values()].filter(({ path }) => !taken.has(path));
    open.sort((a, b) => (a.path < b.path ? -1 : 1));
    this.#open = open.map(({ path }) => path);
    const strays = new Set([...this.#messages.strays, ...(this.#listing?.strays ?? [])]);
    return { objects: open, strays: [...strays].sort() };
  }

  async booked(): Promise<void> {
    const { store, clock } = this.#options;
    if (this.#listing !== undefined && this.#due !== undefined) {
      const { what, at } = this.#listing;
      await noteListed(store, { day: what === 'everything' ? utcDayOf(at) : this.#due.day, recent: isoInstant(at) });
    }
    await noteFound(store, clock(), this.#knowsAll ? [] : undefined);
    this.#open = undefined;
  }

  /** Gives back what this run holds, and leaves a note of what it has not booked. To be called however the run ends. */
  async close(): Promise<void> {
    await this.#messages.release();
    if (this.#open === undefined) return;
    const { store, clock } = this.#options;
    await noteFound(store, clock(), this.#knowsAll ? this.#open : undefined);
  }

  summary(): ToldSummary {
    const { counts, toTheEnd, failure } = this.#messages;
    return {
      ...{ ...counts, gone: this.#gone, toTheEnd },
      ...(failure === undefined ? {} : { failure }),
      ...(this.#listing === undefined ? {} : { listed: this.#listing.what }),
      ...(this.#untold === undefined ? {} : { untold: this.#untold }),
    };
  }

  get #knowsAll(): boolean {
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
    for (const path of this.#looked.keys()) if (taken.has(path)) this.#looked.delete(path);
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

  async #listWhenDue(taken: ReadonlySet<string>): Promise<void> {
    const { events, clock } = this.#options;
    const [due, { toTheEnd, failure }] = [this.#due, this.#messages];
    if (this.#listing !== undefined || due === undefined) return;
    if (!due.everything && !due.recent && failure === undefined) return;
    // What is told is booked first, and need not be found; but a queue that never ends does not put it off for days.
    const isOpen = [...this.#looked].some(([path, one]) => one !== 'gone' && !taken.has(path));
    const isEndless = !toTheEnd && failure === undefined;
    if (isEndless ? !due.late : isOpen) return;
    const at = clock();
    const listed = due.everything ? await events.everything() : await events.recent(utcDayOf(at));
    const found = foundAmong(events.root, listed);
    this.#listing = { ...found, what: due.everything ? 'everything' : 'recent', at };
    if (!due.judged || !this.#knowsAll) return;
    const written = new Map(listed.map((object) => [object.key, object.at]));
    this.#untold = found.objects.filter(({ path }) => {
      if (taken.has(path) || this.#looked.has(path)) return false;
      const since = written.get(events.root + path);
      return since !== undefined && since < at - TOLD_WITHIN_MS;
    }).length;
  }
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
