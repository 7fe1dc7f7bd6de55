import pLimit from 'p-limit';
import type { LogEntry, Manifest } from '../../../model/index.js';
import type { BookedObjects } from '../../lake/BookedObjects.js';
import type { PathSet } from '../../lake/PathSet.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import type { LakeObject } from '../lakeObjects.js';
import { claimIn, entriesAfter, readEntry } from '../openLedgerLog.js';
import { BookedPaths } from './BookedPaths.js';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpointFile.js';
import { EntryCache } from './EntryCache.js';
import { KnownJournal } from './KnownJournal.js';
import { factsOf, LogSummary, type OpenBooking, type SealedDate } from './LogSummary.js';
import type { ShortLog } from './ShortLog.js';

const READS_AT_ONCE = 32;
/** Entries behind the last checkpoint from which one is written when a log is opened, and while it is read. */
const FAR_BEHIND = 1000;
const FARTHER_BEHIND = 10_000;
/** Sealed dates whose bookings are known at once: those that wait for their merge, and of them mostly one. */
const DATES_KNOWN = 4;

/** How a log is known. */
export interface KnownLogOptions {
  /** Whether an import journal tells of the lake's objects, so that checkpoints have to say what of it is booked. */
  readonly journal: boolean;
  /**
   * Whether what took long to read may be kept in the store, for whoever reads next: checkpoints on the way, and what sealed dates
   * have booked. For those who may write there.
   */
  readonly keeps?: boolean;
  /** Objects named by the entries that are kept in memory, and paths of dates that are, at most; for tests. */
  readonly most?: { readonly entries?: number; readonly paths?: number };
}

/**
 * A lake's log and import journal as far as they are asked for: what stands up to the last checkpoint is known in short, and
 * its entries are read one by one when somebody needs them; what came after it is read. Without a checkpoint all of both is.
 * However long the log, what is kept of it grows with its days.
 */
export class KnownLog implements ShortLog, BookedObjects {
  readonly #store: ObjectStore;
  readonly #summary: LogSummary;
  readonly #entries: EntryCache;
  readonly #paths: BookedPaths;
  readonly #journal: KnownJournal | undefined;
  readonly #dates = new Map<string, readonly OpenBooking[]>();
  readonly #keeps: boolean;
  readonly #limit = pLimit(READS_AT_ONCE);
  /** Up to where the last checkpoint stands. */
  #checkpoint: number;

  private constructor(
    store: ObjectStore,
    checkpoint: Checkpoint | undefined,
    { journal, keeps = false, most = {} }: KnownLogOptions,
  ) {
    this.#store = store;
    this.#keeps = keeps;
    this.#summary = checkpoint === undefined ? new LogSummary() : LogSummary.from(checkpoint.log);
    this.#checkpoint = this.#summary.through;
    this.#entries = new EntryCache(most.entries);
    this.#paths = new BookedPaths(this, store, { most: most.paths, keeps });
    this.#journal = journal ? new KnownJournal(store, checkpoint?.journal) : undefined;
  }

  /** Opens the log of the lake in a store. Throws LAKE_DAMAGED. */
  static async open(store: ObjectStore, options: KnownLogOptions = { journal: true }): Promise<KnownLog> {
    const log = new KnownLog(store, await readCheckpoint(store, options.journal), options);
    await log.advance();
    // However this run ends, it is not read again.
    if (options.keeps === true && log.behind >= FAR_BEHIND) await log.writeCheckpoint();
    return log;
  }

  /** Number of the last entry; 0 of an empty log. */
  get length(): number {
    return this.#summary.through;
  }

  get summary(): LogSummary {
    return this.#summary;
  }

  /** Objects that are named by what is in memory: by entries, and by digests of paths. Neither grows with the log. */
  get held(): { readonly entries: number; readonly paths: number } {
    return { entries: this.#entries.objects, paths: this.#paths.size };
  }

  /** Entries behind the last checkpoint. */
  get behind(): number {
    return this.length - this.#checkpoint;
  }

  /** Reads what was appended meanwhile. Throws LAKE_DAMAGED for an entry that cannot be read or a gap in the numbers. */
  async advance(): Promise<void> {
    for await (const { entry, text } of entriesAfter(this.#store, this.length)) {
      if (entry.kind === 'seal') {
        // It is about to be merged, by whoever knows its bookings.
        const own = this.#summary.bookings.filter(({ booked_date }) => booked_date === entry.booked_date);
        this.#keepDate(entry.booked_date, own);
      }
      this.#summary.add(entry, text);
      this.#entries.add(entry);
      this.#journal?.add(entry);
      this.#paths.add(entry);
      if (this.#keeps && this.behind >= FARTHER_BEHIND) await this.writeCheckpoint();
    }
  }

  /** Claims the number of an entry. Returns false when someone else won it. */
  claim(entry: LogEntry): Promise<boolean> {
    return claimIn(this.#store, entry);
  }

  /** Some entries, in the order of their numbers: for few. Throws LAKE_DAMAGED. */
  async entries(numbers: Iterable<number>): Promise<readonly LogEntry[]> {
    const read: LogEntry[] = [];
    for await (const entry of this.each(numbers)) read.push(entry);
    return read;
  }

  /** The manifests of some bookings, in order: for few. */
  async manifests(numbers: Iterable<number>): Promise<readonly Manifest[]> {
    return (await this.entries(numbers)).filter((entry) => entry.kind === 'booking');
  }

  /** Some entries one after the other, in the order of their numbers: a few at a time are in memory. Throws LAKE_DAMAGED. */
  async *each(numbers: Iterable<number>): AsyncGenerator<LogEntry> {
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    for (let first = 0; first < sorted.length; first += READS_AT_ONCE) {
      const some = sorted.slice(first, first + READS_AT_ONCE);
      yield* await Promise.all(some.map((number) => this.#entry(number)));
    }
  }

  /** The bookings of a sealed date, whose entries are read. */
  async bookingsOf(date: SealedDate): Promise<readonly OpenBooking[]> {
    const known = this.#dates.get(date.booked_date);
    if (known !== undefined) return known;
    const found: OpenBooking[] = [];
    for await (const entry of this.each(this.numbersOf(date)))
      if (entry.kind === 'booking' && entry.booked_date === date.booked_date) found.push(factsOf(entry));
    this.#keepDate(date.booked_date, found);
    return found;
  }

  /** The numbers among which the bookings of a sealed date are. */
  numbersOf({ first, last }: SealedDate): readonly number[] {
    if (first === 0) return [];
    const others = new Set(this.#summary.others.map(({ number }) => number));
    return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((number) => !others.has(number));
  }

  among(paths: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#paths.among(paths);
  }

  mark(paths: PathSet, dts: ReadonlySet<string>): Promise<void> {
    return this.#paths.mark(paths, dts);
  }

  /** The objects of finished imports that no entry has booked, by path; none without a journal. Throws LAKE_DAMAGED. */
  async unbooked(): Promise<readonly LakeObject[]> {
    return (await this.#journal?.unbooked()) ?? [];
  }

  /** The same, and those of imports that are about to be finished. */
  async delivered(): Promise<readonly LakeObject[]> {
    return (await this.#journal?.delivered()) ?? [];
  }

  /** Writes how far the log is known, for whoever opens it next; nothing when a checkpoint says as much. */
  async writeCheckpoint(): Promise<void> {
    if (this.behind === 0) return;
    const journal = await this.#journal?.facts();
    const log = this.#summary.toJSON();
    await writeCheckpoint(this.#store, journal === undefined ? { log } : { log, journal });
    this.#checkpoint = log.through;
  }

  async #entry(number: number): Promise<LogEntry> {
    const known = this.#entries.get(number);
    if (known !== undefined) return known;
    const { entry } = await this.#limit(() => readEntry(this.#store, number));
    this.#entries.add(entry);
    return entry;
  }

  #keepDate(date: string, bookings: readonly OpenBooking[]): void {
    this.#dates.set(date, bookings);
    for (const oldest of [...this.#dates.keys()].slice(0, -DATES_KNOWN)) this.#dates.delete(oldest);
  }
}
