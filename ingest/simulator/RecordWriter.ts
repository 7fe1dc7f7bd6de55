import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, ARRIVALS_ENDING, type ArrivalIndexLine, utcDayOf } from '../../model/index.js';
import type { Chunk, StreamName } from './Chunk.js';
import { COMPRESSIONS, type Compression, type Compressor, compressChunk, compressorOf } from './compression.js';

/** PutRecords limits: records, and bytes, of one call. */
const PUT_RECORDS = 500;
const PUT_BYTES = 10 * 1024 * 1024;
const BUFFER_BYTES = 1024 * 1024;
const SHARDS = 4;

interface OpenPair {
  readonly name: string;
  readonly records: FileHandle;
  readonly index: FileHandle;
  pending: Buffer[];
  pendingBytes: number;
  indexText: string;
}

/**
 * Writes chunks, in order of arrival, to one file of records per stream and UTC day, each with its arrival index. At most
 * about one megabyte per stream waits in memory. Throws WRITE_FAILED when the disk does not take it.
 */
export class RecordWriter {
  readonly files: string[] = [];
  records = 0;
  lines = 0;
  bytes = 0;
  /** Bytes before compression. */
  plainBytes = 0;
  readonly #dir: string;
  readonly #compress: Compressor | undefined;
  readonly #ending: string;
  readonly #open = new Map<StreamName, OpenPair>();
  readonly #sequences = new Map<string, number>();
  #puts = 0;

  /** `dir`: the simulation's folder, in which `records/` exists. Throws USAGE where the runtime cannot compress so. */
  constructor(dir: string, compression?: Compression) {
    this.#dir = dir;
    this.#compress = compression === undefined ? undefined : compressorOf(compression);
    // Concatenated members are one content: the ending lets zcat and zstdcat read the whole file.
    this.#ending = compression === undefined ? '.ndjson' : `.ndjson${COMPRESSIONS[compression]}`;
  }

  /** Writes one chunk. Chunks come in non-decreasing order of arrival. */
  async put(plain: Chunk): Promise<void> {
    const chunk = this.#compress === undefined ? plain : compressChunk(plain, this.#compress);
    const pair = await this.#pairFor(chunk);
    for (const lengths of putBatches(chunk.lengths)) {
      const shard = `shardId-${String(this.#puts % SHARDS).padStart(12, '0')}`;
      this.#puts += 1;
      const counter = `${chunk.stream}/${shard}`;
      const sequence = this.#sequences.get(counter) ?? 0;
      this.#sequences.set(counter, sequence + lengths.length);
      const line: ArrivalIndexLine = {
        arrival: chunk.arrival,
        stream: chunk.stream,
        shard,
        sequence: `4966${String(sequence).padStart(52, '0')}`,
        lengths,
      };
      pair.indexText += `${JSON.stringify(line)}\n`;
    }
    pair.pending.push(chunk.data);
    pair.pendingBytes += chunk.data.length;
    this.records += chunk.lengths.length;
    this.lines += chunk.lines;
    this.bytes += chunk.data.length;
    this.plainBytes += plain.data.length;
    if (pair.pendingBytes >= BUFFER_BYTES) await this.#flush(pair);
  }

  /** Writes what waits and closes all files. Call it on failure too. */
  async close(): Promise<void> {
    const results = await Promise.allSettled([...this.#open.values()].map((pair) => this.#closePair(pair)));
    this.#open.clear();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #pairFor(chunk: Chunk): Promise<OpenPair> {
    const prefix = chunk.stream === 'tenantscope-platform' ? 'platform-' : '';
    const name = `records/${prefix}${utcDayOf(chunk.arrival)}${this.#ending}`;
    const current = this.#open.get(chunk.stream);
    if (current?.name === name) return current;
    if (current !== undefined) {
      this.#open.delete(chunk.stream);
      await this.#closePair(current);
    }
    const path = join(this.#dir, name);
    const pair = await writing(path, async () => ({
      name,
      records: await open(path, 'wx'),
      index: await open(`${path}${ARRIVALS_ENDING}`, 'wx'),
      pending: [],
      pendingBytes: 0,
      indexText: '',
    }));
    this.#open.set(chunk.stream, pair);
    this.files.push(name);
    return pair;
  }

  async #flush(pair: OpenPair): Promise<void> {
    const data = Buffer.concat(pair.pending);
    const text = pair.indexText;
    pair.pending = [];
    pair.pendingBytes = 0;
    pair.indexText = '';
    await writing(pair.name, async () => {
      await pair.records.writeFile(data);
      await pair.index.writeFile(text);
    });
  }

  async #closePair(pair: OpenPair): Promise<void> {
    try {
      await this.#flush(pair);
    } finally {
      await pair.records.close();
      await pair.index.close();
    }
  }
}

function* putBatches(lengths: readonly number[]): Generator<number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (const length of lengths) {
    if (batch.length === PUT_RECORDS || (batch.length > 0 && bytes + length > PUT_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(length);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

/** Runs a write, and turns the operating system's refusal into WRITE_FAILED. */
export async function writing<T>(where: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('WRITE_FAILED', 'cannot write the simulation', {
      where,
      got: cause instanceof Error ? cause.message : String(cause),
      hint: 'free some space or choose another folder with --out; what was written so far is incomplete',
      cause,
    });
  }
}
