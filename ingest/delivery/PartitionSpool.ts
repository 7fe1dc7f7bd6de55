import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Held in memory per partition, and in all, before it goes to disk: many partitions must not mean many open files. */
const PARTITION_BYTES = 1024 * 1024;
const TOTAL_BYTES = 48 * 1024 * 1024;

interface Held {
  parts: Buffer[];
  bytes: number;
}

/** NDJSON of events by partition, on its way to Parquet: `FOLDER/tenant_id=…/dt=…/part.ndjson`. */
export class PartitionSpool {
  readonly folder: string;
  /** Lines appended, by `tenant_id=…/dt=…`. */
  readonly lines = new Map<string, number>();
  bytes = 0;
  readonly #held = new Map<string, Held>();
  #heldBytes = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Adds whole lines to a partition. */
  append(partition: string, ndjson: Buffer, lines: number): void {
    const held = this.#held.get(partition) ?? { parts: [], bytes: 0 };
    held.parts.push(ndjson);
    held.bytes += ndjson.length;
    this.#held.set(partition, held);
    this.#heldBytes += ndjson.length;
    this.bytes += ndjson.length;
    this.lines.set(partition, (this.lines.get(partition) ?? 0) + lines);
    if (held.bytes >= PARTITION_BYTES) this.#write(partition, held);
    if (this.#heldBytes >= TOTAL_BYTES) this.flush();
  }

  /** Puts everything on disk. */
  flush(): void {
    for (const [partition, held] of this.#held) this.#write(partition, held);
  }

  #write(partition: string, held: Held): void {
    const path = join(this.folder, partition, 'part.ndjson');
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, Buffer.concat(held.parts));
    this.#heldBytes -= held.bytes;
    this.#held.delete(partition);
  }
}
