import pLimit from 'p-limit';
import { LAKE, type LogEntry, type Manifest, RESERVED_TENANTS } from '../../../model/index.js';
import { readUnit } from '../../lake/readJournal.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import type { LakeObject } from '../lakeObjects.js';
import { claimIn, readEntriesAfter, readEntry } from '../openLedgerLog.js';
import { readCheckpoint, writeCheckpoint } from './checkpointFile.js';
import { factsOf, LogSummary, type OpenBooking, type SealedDate, textSha256 } from './LogSummary.js';

const READS_AT_ONCE = 32;

/**
 * A lake's log and import journal as far as they are asked for: what stands up to the last checkpoint is known in short, and
 * its entries are read one by one when somebody needs them; what came after it is read. Without a checkpoint all of both is.
 */
export class KnownLog {
  readonly #store: ObjectStore;
  readonly #summary: LogSummary;
  readonly #entries = new Map<number, LogEntry>();
  /** Up to where the checkpoint stands. */
  readonly #checkpoint: number;
  /** Units of the journal all of whose objects were booked up to there. */
  readonly #bookedUnits: ReadonlySet<string>;
  /** Hashes of the paths of other objects booked up to there. */
  readonly #bookedOthers: ReadonlySet<string>;
  /** Objects booked since. */
  readonly #bookedSince = new Set<string>();
  /** Units of the journal that are not among the booked ones, as far as they were read. */
  readonly #units = new Map<string, { readonly isDone: boolean; readonly objects: readonly LakeObject[] }>();
  readonly #limit = pLimit(READS_AT_ONCE);

  private constructor(store: ObjectStore, checkpoint: Awaited<ReturnType<typeof readCheckpoint>>) {
    this.#store = store;
    this.#summary = checkpoint === undefined ? new LogSummary() : LogSummary.from(checkpoint.log);
    this.#checkpoint = this.#summary.through;
    this.#bookedUnits = new Set(checkpoint?.units);
    this.#bookedOthers = new Set(checkpoint?.others);
  }

  /** Opens the log of the lake in a store. Throws LAKE_DAMAGED. */
  static async open(store: ObjectStore): Promise<KnownLog> {
    const log = new KnownLog(store, await readCheckpoint(store));
    await log.advance();
    return log;
  }

  /** Number of the last entry; 0 of an empty log. */
  get length(): number {
    return this.#summary.through;
  }

  get summary(): LogSummary {
    return this.#summary;
  }

  /** Reads what was appended meanwhile. Throws LAKE_DAMAGED for an entry that cannot be read or a gap in the numbers. */
  async advance(): Promise<void> {
    for (const { entry, text } of await readEntriesAfter(this.#store, this.length)) {
      this.#summary.add(entry, text);
      this.#entries.set(entry.number, entry);
      if (entry.kind !== 'booking') continue;
      for (const { object, emitter } of entry.objects) {
        // No journal lists what was erased.
        if (emitter !== RESERVED_TENANTS.erased) this.#bookedSince.add(object);
      }
    }
  }

  /** Claims the number of an entry. Returns false when someone else won it. */
  claim(entry: LogEntry): Promise<boolean> {
    return claimIn(this.#store, entry);
  }

  /** Some entries, in the order of their numbers, each read once. Throws LAKE_DAMAGED. */
  async entries(numbers: Iterable<number>): Promise<readonly LogEntry[]> {
    return Promise.all(
      [...new Set(numbers)]
        .sort((a, b) => a - b)
        .map(async (number) => {
          const known = this.#entries.get(number);
          if (known !== undefined) return known;
          const { entry } = await this.#limit(() => readEntry(this.#store, number));
          this.#entries.set(number, entry);
          return entry;
        }),
    );
  }

  /** The manifests of some bookings, in order. */
  async manifests(numbers: Iterable<number>): Promise<readonly Manifest[]> {
    return (await this.entries(numbers)).filter((entry) => entry.kind === 'booking');
  }

  /** The bookings of a sealed date, whose entries are read. */
  async bookingsOf({ booked_date, first, last }: SealedDate): Promise<readonly OpenBooking[]> {
    if (first === 0) return [];
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return (await this.manifests(numbers)).filter((manifest) => manifest.booked_date === booked_date).map(factsOf);
  }

  /** The objects of finished imports that no entry has booked, by path. Throws LAKE_DAMAGED. */
  async unbooked(): Promise<readonly LakeObject[]> {
    await this.#readUnits();
    return this.#unbookedOf([...this.#units.values()].filter(({ isDone }) => isDone));
  }

  /** The same, and those of imports that are about to be finished. */
  async delivered(): Promise<readonly LakeObject[]> {
    await this.#readUnits();
    return this.#unbookedOf([...this.#units.values()]);
  }

  /** Writes how far the log is known, for whoever opens it next; nothing when a checkpoint says as much. */
  async writeCheckpoint(): Promise<void> {
    if (this.length === this.#checkpoint) return;
    await this.#readUnits();
    const done = [...this.#units].filter(
      ([, { isDone, objects }]) => isDone && objects.every((object) => this.#isBooked(object)),
    );
    const others = new Set([...this.#bookedOthers, ...[...this.#bookedSince].map(textSha256)]);
    // An object can be booked by a run that saw a unit of the journal which this one did not.
    for (const [, { objects }] of done) for (const { path } of objects) others.delete(textSha256(path));
    await writeCheckpoint(this.#store, {
      log: this.#summary.toJSON(),
      units: [...this.#bookedUnits, ...done.map(([unit]) => unit)],
      others: [...others],
    });
  }

  #isBooked({ path }: LakeObject): boolean {
    return this.#bookedSince.has(path) || (this.#bookedOthers.size > 0 && this.#bookedOthers.has(textSha256(path)));
  }

  #unbookedOf(units: readonly { readonly objects: readonly LakeObject[] }[]): readonly LakeObject[] {
    return units
      .flatMap(({ objects }) => objects)
      .filter((object) => !this.#isBooked(object))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Reads the entries of the journal that are neither booked nor known to be finished. */
  async #readUnits(): Promise<void> {
    const names = (await this.#store.list(LAKE.journal)).filter((name) => name.endsWith('.json'));
    const unread = names.filter((name) => {
      const unit = name.slice(0, -'.json'.length);
      return !this.#bookedUnits.has(unit) && this.#units.get(unit)?.isDone !== true;
    });
    await Promise.all(unread.map((name) => this.#limit(() => this.#readUnit(name))));
  }

  async #readUnit(name: string): Promise<void> {
    const key = `${LAKE.journal}/${name}`;
    const text = await this.#store.read(key);
    const unit = name.slice(0, -'.json'.length);
    if (text === undefined) {
      // It was begun and given up since it was listed.
      this.#units.delete(unit);
      return;
    }
    const { state, delivery } = readUnit(text, `${this.#store.name}/${key}`);
    const objects = (delivery?.objects ?? []).map(({ path, rows, sha256 }) => ({ path, rows, sha256 }));
    this.#units.set(unit, { isDone: state === 'done', objects });
  }
}
