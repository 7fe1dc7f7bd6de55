import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AppError, LAKE } from '../../../model/index.js';
import type { ErrorObject } from './ErrorObjects.js';
import { LineRanges } from './LineRanges.js';

/** Texts by key, each replaced only by who saw its version: what a store of small objects gives. */
export interface JournalStore {
  /** Where it is, for messages. */
  readonly name: string;
  list(folder: string): Promise<readonly string[]>;
  readCell(key: string): Promise<{ readonly text: string; readonly version: string } | undefined>;
  writeCell(
    key: string,
    text: string,
    seen: { readonly text: string; readonly version: string } | undefined,
  ): Promise<{ readonly text: string; readonly version: string } | undefined>;
}

const line = z.int().positive();

/** What of one error object was put on its stream again. */
const entrySchema = z.strictObject({
  version: z.literal(1),
  /** Path of the error object, and its content then. */
  object: z.string(),
  etag: z.string(),
  stream: z.string(),
  /** Lines that were put, first and last of each range. */
  lines: z.array(z.tuple([line, line])),
  /** When the last of them was. */
  at: z.iso.datetime(),
});

/** Lines of one error object that were put again, and how they are remembered. */
export interface JournalEntry {
  has(line: number): boolean;
  add(line: number): void;
  /** Writes down what was added since. Throws LAKE_BUSY when another run wrote of the same object meanwhile. */
  save(stream: string): Promise<void>;
}

/**
 * What was replayed, an object for each error object, beside the lake's others: a second replay passes over it, and one that was
 * ended goes on behind it. It is written after each call to a stream, so a run that was killed may put the records of one
 * call again; their event ids are the same then.
 */
export class ReplayJournal {
  readonly #store: JournalStore;
  readonly #clock: () => number;
  #known: ReadonlySet<string> | undefined;

  constructor(store: JournalStore, clock: () => number) {
    this.#store = store;
    this.#clock = clock;
  }

  async entryOf(object: ErrorObject): Promise<JournalEntry> {
    const name = `${createHash('sha256').update(object.path).digest('hex').slice(0, 32)}.json`;
    const key = `${LAKE.replays}/${name}`;
    // Asked once for all: S3 answers 403, not 404, to who asks for an absent object and may list a part of the bucket only.
    this.#known ??= new Set(await this.#store.list(LAKE.replays));
    let seen = this.#known.has(name) ? await this.#store.readCell(key) : undefined;
    const entry = seen === undefined ? undefined : parse(seen.text, `${this.#store.name}/${key}`);
    // Another content under the same path, as an erasure leaves it, has other lines.
    const lines = new LineRanges(entry?.etag === object.etag ? entry.lines : []);
    let changed = false;
    return {
      has: (line) => lines.has(line),
      add: (line) => {
        lines.add(line);
        changed = true;
      },
      save: async (stream) => {
        if (!changed) return;
        const at = new Date(this.#clock()).toISOString();
        const { path, etag } = object;
        const text = JSON.stringify({ version: 1, object: path, etag, stream, lines: lines.toRanges(), at });
        const written = await this.#store.writeCell(key, text, seen);
        if (written === undefined) {
          throw new AppError('LAKE_BUSY', 'another replay puts the same records', {
            got: path,
            hint: 'wait until it has ended, then run this again; what both have put counts once',
          });
        }
        seen = written;
        changed = false;
      },
    };
  }
}

function parse(text: string, place: string): z.output<typeof entrySchema> {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('LAKE_DAMAGED', 'an entry of the journal of replays cannot be read', {
      where: place,
      expected: 'what tenantscope replay wrote there',
      got: JSON.stringify(text.slice(0, 60)),
      hint: 'delete it: its records are put again then, and count once',
      cause: error,
    });
  }
}
