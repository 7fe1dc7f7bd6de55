import type { LogEntry } from '../../../model/index.js';

/** Objects named by the entries that are kept, at most: an object takes some 600 bytes. */
const MOST_OBJECTS = 50_000;

/** Entries of a log that were read not long ago, those asked for last among them; as many as fit. */
export class EntryCache {
  readonly #entries = new Map<number, LogEntry>();
  readonly #most: number;
  #objects = 0;

  /** @param most objects that kept entries name, together at most; one entry is kept, whatever it names */
  constructor(most: number = MOST_OBJECTS) {
    this.#most = most;
  }

  /** Objects that the kept entries name. */
  get objects(): number {
    return this.#objects;
  }

  get(number: number): LogEntry | undefined {
    const entry = this.#entries.get(number);
    if (entry !== undefined) {
      this.#entries.delete(number);
      this.#entries.set(number, entry);
    }
    return entry;
  }

  add(entry: LogEntry): void {
    if (this.#entries.has(entry.number)) return;
    this.#entries.set(entry.number, entry);
    this.#objects += objectsIn(entry);
    for (const [number, oldest] of this.#entries) {
      if (this.#objects <= this.#most || number === entry.number) break;
      this.#entries.delete(number);
      this.#objects -= objectsIn(oldest);
    }
  }
}

/** How many objects an entry names, itself as one. */
export function objectsIn(entry: LogEntry): number {
  if (entry.kind === 'booking') return 1 + entry.objects.length;
  if (entry.kind === 'retention') return 1 + entry.partitions.length;
  if (entry.kind !== 'compaction') return 1;
  return entry.partitions.reduce((sum, { from, to }) => sum + from.length + to.length, 1);
}
