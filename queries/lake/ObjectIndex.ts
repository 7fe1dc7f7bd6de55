import type { CompactedPartition, LogEntry, Manifest, Retention } from '../../model/index.js';
import { RESERVED_TENANTS } from '../../model/index.js';

/** A file that holds rows of delivered objects. */
export interface HeldIn {
  /** Path relative to the lake. */
  readonly object: string;
  /** Version of the event table whose columns it has; 0 when it must be looked at. */
  readonly schema: number;
}

/** Where the rows of a booked object are now. */
export type Whereabouts =
  /** In the object itself, as it was delivered. */
  | { readonly state: 'delivered'; readonly file: HeldIn }
  /** In these files together, among the rows of others. */
  | { readonly state: 'compacted'; readonly files: readonly HeldIn[] }
  /** Gone by retention; its lines' identities are in this file of the ledger. */
  | { readonly state: 'expired'; readonly ids: string | undefined }
  /** Gone by an erasure. */
  | { readonly state: 'erased' };

/** A booked object, and the number of the manifest that took it. */
export interface BookedObject {
  readonly entry: Manifest['objects'][number];
  readonly manifest: number;
}

/** A lake, and where the rows of its objects are. */
export interface IndexedLake {
  readonly lake: string;
  readonly index: ObjectIndex;
}

/**
 * The object index (design decision 10): of every object a log has booked, where its rows are. Made from the log and the
 * names of the files under the compacted prefix, which say whether a compaction that was claimed was also finished.
 */
export class ObjectIndex {
  /** Booked objects by path. */
  readonly booked = new Map<string, BookedObject>();
  /** By each replaced file, what took its place; finished compactions only. */
  readonly #heldBy = new Map<string, CompactedPartition>();
  readonly #expired = new Map<string, Retention>();
  /** Of which booked objects a compacted file holds rows. */
  readonly #holds = new Map<string, string[]>();

  constructor(log: readonly LogEntry[], compactedFiles: ReadonlySet<string>) {
    for (const entry of log) {
      if (entry.kind !== 'booking') continue;
      for (const object of entry.objects) this.booked.set(object.object, { entry: object, manifest: entry.number });
    }
    // From the last entry back, so that what became of a compacted file is known before the file itself is asked about.
    for (const entry of log.toReversed()) {
      if (entry.kind !== 'compaction') continue;
      for (const partition of entry.partitions) {
        const there = partition.to.every(({ object }) => compactedFiles.has(object) || this.#heldBy.has(object));
        if (!there) continue;
        for (const { object } of partition.from) if (!this.#heldBy.has(object)) this.#heldBy.set(object, partition);
      }
    }
    this.#expire(log);
    for (const object of this.booked.keys())
      for (const file of this.#filesOf(object) ?? []) append(this.#holds, file.object, object);
  }

  /** Where the rows of an object are; one that is not booked is where it was delivered. */
  whereabouts(object: string): Whereabouts {
    const known = this.booked.get(object)?.entry;
    if (known?.emitter === RESERVED_TENANTS.erased) return { state: 'erased' };
    const expired = this.#expired.get(object);
    if (expired !== undefined) return { state: 'expired', ids: expired.ids?.object };
    const files = this.#filesOf(object);
    if (files !== undefined) return { state: 'compacted', files };
    return { state: 'delivered', file: { object, schema: known?.schema_version ?? 0 } };
  }

  /** The booked objects that have rows in a compacted file; none of one that nothing reads. */
  heldIn(file: string): readonly string[] {
    return this.#holds.get(file) ?? [];
  }

  /** What a finished compaction put in a file's place, so that nothing reads it any more; undefined while it is read. */
  replacedBy(file: string): CompactedPartition | undefined {
    return this.#heldBy.get(file);
  }

  /** The objects whose rows a file held, also when other files have taken its place since. */
  heldBefore(file: string): readonly string[] {
    const partition = this.#heldBy.get(file);
    if (partition === undefined) return this.heldIn(file);
    return partition.to.flatMap(({ object }) => this.heldBefore(object));
  }

  #filesOf(object: string): readonly HeldIn[] | undefined {
    const partition = this.#heldBy.get(object);
    if (partition === undefined) return undefined;
    return partition.to.flatMap((file): readonly HeldIn[] => {
      return this.#filesOf(file.object) ?? [{ object: file.object, schema: file.schema_version }];
    });
  }

  #expire(log: readonly LogEntry[]): void {
    const partitions = new Map<string, BookedObject[]>();
    const keyOf = (emitter: string, dt: string): string => `${emitter}/${dt}`;
    for (const object of this.booked.values()) {
      append(partitions, keyOf(object.entry.emitter, object.entry.dt), object);
    }
    for (const entry of log) {
      if (entry.kind !== 'retention') continue;
      for (const { emitter, dt } of entry.partitions) {
        for (const { entry: object, manifest } of partitions.get(keyOf(emitter, dt)) ?? []) {
          const before = manifest <= entry.through && !this.#expired.has(object.object);
          if (before) this.#expired.set(object.object, entry);
        }
      }
    }
  }
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
