import { HOUR_MS } from '../../model/index.js';
import { ArrivalQueue } from './ArrivalQueue.js';
import type { Chunk } from './Chunk.js';
import type { Lateness } from './ChunkBuilder.js';
import type { Prng } from './Prng.js';
import type { RecordWriter } from './RecordWriter.js';
import { ARRIVAL_GRACE_MS, type SimulateOptions } from './SimulateOptions.js';

const LATE_SHARE = 0.04;
/** Late chunks wait in memory; beyond this none is made late until some have arrived. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Carries chunks to the stream: some twice, some late, written in order of arrival. */
export class Courier {
  readonly #prng: Prng;
  readonly #options: Pick<SimulateOptions, 'late' | 'duplicates' | 'end'>;
  readonly #writer: RecordWriter;
  readonly #queue = new ArrivalQueue();
  /** Lines sent, each counted once. */
  distinctLines = 0;

  constructor(prng: Prng, options: Pick<SimulateOptions, 'late' | 'duplicates' | 'end'>, writer: RecordWriter) {
    this.#prng = prng;
    this.#options = options;
    this.#writer = writer;
  }

  /** Puts a chunk on its way; some are sent again some seconds later, byte for byte. */
  send(chunk: Chunk | undefined): void {
    if (chunk === undefined) return;
    this.distinctLines += chunk.lines;
    this.#queue.push(chunk);
    if (!this.#prng.chance(this.#options.duplicates)) return;
    const again = Math.min(this.#options.end + ARRIVAL_GRACE_MS - 1, chunk.arrival + 2000 + this.#prng.int(28_000));
    this.#queue.push({ ...chunk, arrival: again });
  }

  /** Whether the next chunk is late: by 1 hour to 3 days after its slice, as long as that is before the end. */
  lateness(sliceEnd: number): Lateness | undefined {
    if (!this.#options.late || !this.#prng.chance(LATE_SHARE)) return undefined;
    const longest = Math.min(72 * HOUR_MS, this.#options.end - 1 - sliceEnd) - HOUR_MS;
    if (longest <= 0 || this.#queue.bytes > MAX_WAITING_BYTES) return undefined;
    const arrival = Math.floor(sliceEnd + HOUR_MS + this.#prng.next() * longest);
    return { arrival, readLate: this.#prng.chance(0.5) };
  }

  /** Writes everything that arrives before an instant. */
  async deliverBefore(instant: number): Promise<void> {
    for (let chunk = this.#queue.popBefore(instant); chunk !== undefined; chunk = this.#queue.popBefore(instant)) {
      await this.#writer.put(chunk);
    }
  }
}
