import { arrivalDateOf, type LogEntry, type Manifest } from '../../../model/index.js';
import { digestsOf, PathSet } from '../../lake/PathSet.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { pathsOf } from '../EarlierBookings.js';
import { readDatePaths, writeDatePaths } from './datePaths.js';
import type { LogSummary, SealedDate } from './LogSummary.js';

/** Objects of sealed dates whose digests are kept, about, at most; but those of one date, whatever it has. */
const MOST_OBJECTS = 2_000_000;
/** Digests that are made, and forgotten, at a time. */
const AT_ONCE = 10_000;

/** The log that paths are looked for in. */
export interface PathsLog {
  readonly summary: LogSummary;
  /** The numbers among which the bookings of a sealed date are. */
  numbersOf(date: SealedDate): readonly number[];
  /** Some entries, one after the other. */
  each(numbers: Iterable<number>): AsyncIterable<LogEntry>;
}

/** How paths are known. */
export interface BookedPathsOptions {
  /** Objects whose digests are kept at most; for tests. */
  readonly most?: number | undefined;
  /** Whether what a sealed date has booked may be kept in the store, for whoever asks next. */
  readonly keeps: boolean;
}

/**
 * Which paths a log has booked. Of sealed dates it reads what was kept of them in one object each, or else the entries of their
 * bookings; of others the entries. Only those are looked at that have objects of the arrival dates in question; dates that were
 * not asked about for long make place for others.
 */
export class BookedPaths {
  readonly #log: PathsLog;
  readonly #store: ObjectStore;
  readonly #most: number;
  readonly #keeps: boolean;
  readonly #dates = new Map<string, PathSet>();
  /** Of bookings that are not sealed, as far as they were asked about, and which those are. */
  #open = new PathSet();
  readonly #read = new Set<number>();

  constructor(log: PathsLog, store: ObjectStore, { most = MOST_OBJECTS, keeps }: BookedPathsOptions) {
    this.#log = log;
    this.#store = store;
    this.#most = most;
    this.#keeps = keeps;
  }

  /** Objects whose digests are kept: of sealed dates, and of others. */
  get size(): number {
    return this.#open.size + this.#sizeOfDates();
  }

  /** Takes note of the entry behind those known. */
  add(entry: LogEntry): void {
    // Before anybody asks, as when all of a log is read, nothing is kept.
    if (entry.kind === 'booking' && this.#read.size > 0) this.#addOpen(entry);
    if (entry.kind !== 'seal') return;
    // Digests do not say which date they are of: those of dates that go on are read again.
    this.#open = new PathSet();
    this.#read.clear();
  }

  /** As {@link BookedObjects.among}. */
  async among(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const byDate = new Map<string, string[]>();
    for (const path of paths) {
      const dt = arrivalDateOf(path);
      const others = byDate.get(dt);
      if (others === undefined) byDate.set(dt, [path]);
      else others.push(path);
    }
    const found = new Set<string>();
    const asked = (dts: readonly string[]): readonly string[] => dts.flatMap((dt) => byDate.get(dt) ?? []);
    await this.#readOpen((dts) => asked(dts).length > 0);
    for (const path of paths) if (this.#open.has(path)) found.add(path);
    for (const date of this.#log.summary.sealed) {
      const some = asked(date.dts).filter((path) => !found.has(path));
      if (some.length === 0) continue;
      const known = await this.#know(date);
      for (const path of some) if (known.has(path)) found.add(path);
    }
    return found;
  }

  /** As {@link BookedObjects.mark}. */
  async mark(listed: PathSet, dts: ReadonlySet<string>): Promise<void> {
    const touches = (own: readonly string[]): boolean => own.some((dt) => dts.has(dt));
    const open = this.#log.summary.bookings.filter((booking) => touches(booking.dts)).map(({ number }) => number);
    for await (const digests of this.#digestsIn(open, () => true)) listed.mark(digests);
    for (const date of this.#log.summary.sealed) {
      if (listed.unmarked === 0) return;
      if (!touches(date.dts)) continue;
      for await (const digests of this.#digestsOf(date)) listed.mark(digests);
    }
  }

  #addOpen({ number, objects }: Manifest): void {
    if (this.#read.has(number)) return;
    this.#read.add(number);
    this.#open.addDigests(digestsOf(pathsOf(objects)));
  }

  /** Reads the bookings that are not sealed and have objects of some dates. */
  async #readOpen(isAsked: (dts: readonly string[]) => boolean): Promise<void> {
    const unread = this.#log.summary.bookings.filter(({ number, dts }) => !this.#read.has(number) && isAsked(dts));
    for await (const entry of this.#log.each(unread.map(({ number }) => number)))
      if (entry.kind === 'booking') this.#addOpen(entry);
  }

  async #know(date: SealedDate): Promise<PathSet> {
    const known = this.#dates.get(date.booked_date) ?? new PathSet();
    // Asked about last: it goes last.
    if (!this.#dates.delete(date.booked_date))
      for await (const digests of this.#digestsOf(date)) known.addDigests(digests);
    this.#dates.set(date.booked_date, known);
    for (const oldest of this.#dates.keys()) {
      if (this.#sizeOfDates() <= this.#most || oldest === date.booked_date) break;
      this.#dates.delete(oldest);
    }
    return known;
  }

  /** What a sealed date has booked, by what was kept of it; kept now when it was not. */
  async *#digestsOf(date: SealedDate): AsyncGenerator<Uint32Array> {
    const kept = await readDatePaths(this.#store, date);
    if (kept !== undefined) {
      yield kept;
      return;
    }
    const all: Uint32Array[] = [];
    const isOf = (manifest: Manifest): boolean => manifest.booked_date === date.booked_date;
    for await (const digests of this.#digestsIn(this.#log.numbersOf(date), isOf)) {
      if (this.#keeps) all.push(digests);
      yield digests;
    }
    if (this.#keeps && date.objects > 0) await writeDatePaths(this.#store, date, joined(all));
  }

  async *#digestsIn(numbers: readonly number[], isOf: (manifest: Manifest) => boolean): AsyncGenerator<Uint32Array> {
    let some: string[] = [];
    for await (const entry of this.#log.each(numbers)) {
      if (entry.kind !== 'booking' || !isOf(entry)) continue;
      some.push(...pathsOf(entry.objects));
      if (some.length < AT_ONCE) continue;
      yield digestsOf(some);
      some = [];
    }
    yield digestsOf(some);
  }

  #sizeOfDates(): number {
    return [...this.#dates.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
