import { arrivalDateOf } from '../../model/index.js';
import type { BookedObjects } from './BookedObjects.js';
import { type BucketObject, foundAmong, type ListedPart } from './bucketEvents.js';
import type { FoundObject, FoundObjects, OpenObjects } from './ObjectSource.js';
import { PartitionCounts } from './PartitionCounts.js';
import { PathSet } from './PathSet.js';

/** Objects in hand at once, about. */
const MOST_FOUND = 20_000;
/** Objects that are listed before it is asked which of them are booked, by their digests. */
const MOST_LISTED = 2_000_000;
/** Strays that are named. */
const MOST_STRAYS = 1000;

/** A listing of a lake's events. */
export type ListedEvents = {
  /** What stands before the paths of the lake. */
  readonly root: string;
} & (
  | {
      /** Of few dates. */
      readonly pages: () => AsyncIterable<readonly BucketObject[]>;
    }
  | {
      /** Of all dates there are. */
      readonly parts: () => AsyncIterable<ListedPart>;
    }
);

/** How much of it is in memory; for tests. */
export interface ListingLimits {
  readonly found?: number;
  readonly listed?: number;
}

/** An object of a listing, and what S3 says of it. */
export type ListedObject = FoundObject & BucketObject;

/**
 * What a listing finds that is not booked. It goes on where it was left when what it found is booked: neither all that is listed nor
 * all that is booked is ever in memory.
 */
export class UnbookedListing {
  readonly #listed: ListedEvents;
  readonly #mostFound: number;
  readonly #mostListed: number;
  readonly #open = new Map<string, FoundObject>();
  readonly #strays = new Set<string>();
  #found: AsyncIterator<readonly ListedObject[]> | undefined;
  #isOver = false;

  constructor(listed: ListedEvents, { found = MOST_FOUND, listed: most = MOST_LISTED }: ListingLimits = {}) {
    this.#listed = listed;
    this.#mostFound = found;
    this.#mostListed = most;
  }

  /** Whether everything was listed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Paths of what was found and not known to be booked when it was listed last. */
  get open(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** As the list of an {@link ObjectSource}. */
  async list(booked: BookedObjects, onFound: (object: ListedObject) => void = () => undefined): Promise<FoundObjects> {
    this.#found ??= this.#candidates(booked)[Symbol.asyncIterator]();
    for (const path of await booked.among([...this.#open.keys()])) this.#open.delete(path);
    while (!this.#isOver && this.#open.size < this.#mostFound) {
      const { value, done } = await this.#found.next();
      if (done === true) this.#isOver = true;
      else {
        // Bookings come between two pages: what was told meanwhile, or another run found, is booked since it was marked.
        for (const object of await notBooked(booked, value)) {
          onFound(object);
          const { path, emitter, dt, etag } = object;
          this.#open.set(path, { path, emitter, dt, etag });
        }
      }
    }
    const objects = [...this.#open.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { objects, strays: [...this.#strays].sort() };
  }

  /** As an {@link ObjectSurvey}. */
  async survey(booked: BookedObjects): Promise<OpenObjects> {
    const counts = new PartitionCounts();
    for await (const objects of this.#candidates(booked)) counts.add(await notBooked(booked, objects));
    return { partitions: counts.list(), strays: [...this.#strays].sort() };
  }

  /** What is listed, less what is known to be booked without asking again. */
  #candidates(booked: BookedObjects): AsyncGenerator<readonly ListedObject[]> {
    return 'parts' in this.#listed ? this.#ofAll(booked, this.#listed.parts()) : this.#ofFew(this.#listed.pages());
  }

  /** Of few dates: all that is booked of them is known when it was asked about the first page. */
  async *#ofFew(pages: AsyncIterable<readonly BucketObject[]>): AsyncGenerator<readonly ListedObject[]> {
    for await (const page of pages) yield this.#objectsIn(page);
  }

  /** Of all dates: digests of many are gathered first, and what is booked goes by them once. */
  async *#ofAll(booked: BookedObjects, parts: AsyncIterable<ListedPart>): AsyncGenerator<readonly ListedObject[]> {
    let gathered = new Gathered(this.#mostFound);
    for await (const part of parts) {
      gathered.parts.push(part);
      for await (const page of part()) for (const object of this.#objectsIn(page)) gathered.add(object);
      if (gathered.paths.size < this.#mostListed) continue;
      yield* this.#unmarkedOf(booked, gathered);
      gathered = new Gathered(this.#mostFound);
    }
    yield* this.#unmarkedOf(booked, gathered);
  }

  async *#unmarkedOf(
    booked: BookedObjects,
    { paths, dts, few, parts }: Gathered,
  ): AsyncGenerator<readonly ListedObject[]> {
    await booked.mark(paths, dts);
    if (paths.unmarked === 0) return;
    if (few !== undefined) {
      yield few.filter(({ path }) => paths.isUnmarked(path));
      return;
    }
    for (const part of parts)
      for await (const page of part()) yield this.#objectsIn(page).filter(({ path }) => paths.isUnmarked(path));
  }

  #objectsIn(page: readonly BucketObject[]): readonly ListedObject[] {
    const { root } = this.#listed;
    const { objects, strays } = foundAmong(root, page);
    for (const stray of strays) if (this.#strays.size < MOST_STRAYS) this.#strays.add(stray);
    const said = new Map(page.map((object) => [object.key.slice(root.length), object]));
    return objects.flatMap((object) => {
      const listed = said.get(object.path);
      return listed === undefined ? [] : [{ ...listed, ...object, etag: listed.etag }];
    });
  }
}

async function notBooked(booked: BookedObjects, objects: readonly ListedObject[]): Promise<readonly ListedObject[]> {
  const taken = await booked.among(objects.map(({ path }) => path));
  return objects.filter(({ path }) => !taken.has(path));
}

/** What was listed and not yet asked about. */
class Gathered {
  readonly paths = new PathSet();
  readonly dts = new Set<string>();
  /** To be listed again for what is not booked. */
  readonly parts: ListedPart[] = [];
  readonly #most: number;
  /** The objects themselves, unless they are many. */
  few: ListedObject[] | undefined = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(object: ListedObject): void {
    this.paths.add(object.path);
    this.dts.add(arrivalDateOf(object.path));
    if (this.few?.length === this.#most) this.few = undefined;
    this.few?.push(object);
  }
}
