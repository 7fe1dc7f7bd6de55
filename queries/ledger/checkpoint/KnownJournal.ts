import pLimit from 'p-limit';
import { LAKE, type LogEntry, RESERVED_TENANTS } from '../../../model/index.js';
import { readUnit } from '../../lake/readJournal.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import type { LakeObject } from '../lakeObjects.js';
import type { JournalFacts } from './checkpointFile.js';
import { textSha256 } from './LogSummary.js';

const READS_AT_ONCE = 32;

/** A lake's import journal as far as it is asked for: units all of whose objects are booked are read no more. */
export class KnownJournal {
  readonly #store: ObjectStore;
  /** Units all of whose objects were booked up to the checkpoint. */
  readonly #bookedUnits: ReadonlySet<string>;
  /** Hashes of the paths of other objects booked up to there. */
  readonly #bookedOthers: ReadonlySet<string>;
  /** Objects booked since. */
  readonly #bookedSince = new Set<string>();
  /** Units that are not among the booked ones, as far as they were read. */
  readonly #units = new Map<string, { readonly isDone: boolean; readonly objects: readonly LakeObject[] }>();
  readonly #limit = pLimit(READS_AT_ONCE);

  /** @param facts what the checkpoint says; nothing without one */
  constructor(store: ObjectStore, facts: JournalFacts = { units: [], others: [] }) {
    this.#store = store;
    this.#bookedUnits = new Set(facts.units);
    this.#bookedOthers = new Set(facts.others);
  }

  /** Takes note of the next entry of the log. */
  add(entry: LogEntry): void {
    if (entry.kind !== 'booking') return;
    for (const { object, emitter } of entry.objects) {
      // No journal lists what was erased.
      if (emitter !== RESERVED_TENANTS.erased) this.#bookedSince.add(object);
    }
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

  /** What a checkpoint says of it. */
  async facts(): Promise<JournalFacts> {
    await this.#readUnits();
    const done = [...this.#units].filter(
      ([, { isDone, objects }]) => isDone && objects.every((object) => this.#isBooked(object)),
    );
    const others = new Set([...this.#bookedOthers, ...[...this.#bookedSince].map(textSha256)]);
    // An object can be booked by a run that saw a unit of the journal which this one did not.
    for (const [, { objects }] of done) for (const { path } of objects) others.delete(textSha256(path));
    return { units: [...this.#bookedUnits, ...done.map(([unit]) => unit)], others: [...others] };
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

  /** Reads the entries that are neither booked nor known to be finished. */
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
