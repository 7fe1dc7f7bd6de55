import { aggregateLengths, type Chunk, type StreamName } from './Chunk.js';
import type { PodSource } from './PodSource.js';
import type { PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';
import { ARRIVAL_GRACE_MS } from './SimulateOptions.js';
import type { TruthBook } from './TruthBook.js';

/** How a late chunk is late: the sidecar held it back after reading, or read the lines late. */
export interface Lateness {
  readonly arrival: number;
  readonly readLate: boolean;
}

/** What the chunks of one simulation share. */
export interface ChunkContext {
  readonly prng: Prng;
  readonly truth: TruthBook;
  /** Nothing is stamped or arrives at or after this instant. */
  readonly end: number;
  readonly aggregate: boolean;
}

/** Collects the lines of one chunk, and books each in the truth. */
export class ChunkBuilder {
  readonly lateness: Lateness | undefined;
  readonly stream: StreamName;
  readonly #context: ChunkContext;
  #parts: string[] = [];
  #lengths: number[] = [];
  #bytes = 0;
  #lastStamp = 0;

  constructor(context: ChunkContext, stream: StreamName, lateness: Lateness | undefined) {
    this.#context = context;
    this.stream = stream;
    this.lateness = lateness;
  }

  /** Bytes collected so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a line printed at `time`. The truth's hour is the line's own stated time, or the sidecar's stamp where it states
   * none; `emitter` is the tenant the pipeline must book it under. `extra` is raw JSON at the end of the envelope.
   */
  add(source: PodSource, line: PrintedLine, time: number, emitter: string, extra = ''): void {
    const { prng, truth, end } = this.#context;
    const stamp = this.lateness?.readLate
      ? this.lateness.arrival - 1000 + prng.int(1000)
      : Math.min(end - 1, time + 1 + prng.int(40));
    const logBytes = Buffer.byteLength(line.log);
    const record = source.wrap(line, stamp, prng.int(1_000_000), logBytes, extra);
    const length = Buffer.byteLength(record);
    this.#parts.push(record);
    this.#lengths.push(length);
    this.#bytes += length;
    this.#lastStamp = Math.max(this.#lastStamp, stamp);
    truth.add(emitter, line.statedTime ?? stamp, logBytes, line);
  }

  /** The chunk, and an empty builder again; undefined when there are no lines. */
  finish(): Chunk | undefined {
    if (this.#lengths.length === 0) return undefined;
    const { prng, end, aggregate } = this.#context;
    const sent = this.#lastStamp + 200 + prng.int(1500);
    const chunk: Chunk = {
      stream: this.stream,
      arrival: Math.min(end + ARRIVAL_GRACE_MS - 1, Math.max(sent, this.lateness?.arrival ?? 0)),
      data: Buffer.from(this.#parts.join('')),
      lengths: aggregate ? aggregateLengths(this.#lengths) : this.#lengths,
      lines: this.#lengths.length,
    };
    this.#parts = [];
    this.#lengths = [];
    this.#bytes = 0;
    this.#lastStamp = 0;
    return chunk;
  }
}
