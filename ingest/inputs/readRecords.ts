import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError, arrivalIndexLineSchema } from '../../model/index.js';
import type { InputFile } from './findInputs.js';

/** One record as the stream would hand it over, or a line too long to be one. */
export interface InputRecord {
  readonly bytes: Buffer;
  readonly arrival: number;
  readonly stream: string;
  readonly shard: string;
  readonly sequence: string;
  /** Set for a line over {@link MAX_LINE_BYTES}: `bytes` holds its beginning only. */
  readonly tooLarge?: { readonly length: number; readonly offset: number; readonly sha256: string };
}

/** What raw files, which carry no stamps of their own, are read with. */
export interface RawDefaults {
  readonly arrival: number;
  readonly stream: string;
  readonly records: 'auto' | 'lines' | 'whole';
}

/** Longest line that is handed to the transform: four times what a stream takes by default. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/**
 * The records of one file, in order, a block at a time, with bounded memory. With an arrival index beside it, its lengths
 * cut the file; a `.bin` file is one record; else every line is one, its line end included. `onBlank` is told of blank
 * lines, which separate records and are none. Throws INPUT_INVALID when index and file disagree.
 */
export async function* readRecords(
  file: InputFile,
  raw: RawDefaults,
  onBlank: () => void,
): AsyncGenerator<readonly InputRecord[]> {
  if (file.arrivals !== undefined) yield* readIndexed(file, file.arrivals);
  else if (raw.records === 'whole' || (raw.records === 'auto' && file.path.endsWith('.bin')))
    yield* readWhole(file, raw);
  else yield* readLines(file, raw, onBlank);
}

function open(path: string): AsyncIterator<Buffer> {
  return createReadStream(path, { highWaterMark: 1 << 20 })[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
}

async function* readIndexed(file: InputFile, indexPath: string): AsyncGenerator<readonly InputRecord[]> {
  const chunks = open(file.path);
  let held: Buffer = Buffer.alloc(0);
  const fill = async (length: number): Promise<boolean> => {
    const parts = [held];
    let size = held.length;
    while (size < length) {
      const next = await chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
      size += next.value.length;
    }
    held = Buffer.concat(parts);
    return size >= length;
  };
  let number = 0;
  for await (const text of createInterface({
    input: createReadStream(indexPath),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number += 1;
    const line = parseIndexLine(text, `${indexPath}:${number}`);
    const total = line.lengths.reduce((sum, length) => sum + length, 0);
    if (held.length < total && !(await fill(total))) {
      throw new AppError('INPUT_INVALID', 'the arrival index does not fit its file', {
        where: `${indexPath}:${number}`,
        expected: `${total} more bytes in ${file.path}`,
        got: `${held.length}`,
        hint: 'one of the two is cut short; copy both again',
      });
    }
    const first = BigInt(line.sequence);
    let offset = 0;
    yield line.lengths.map((length, place) => {
      const bytes = held.subarray(offset, offset + length);
      offset += length;
      return {
        bytes,
        arrival: line.arrival,
        stream: line.stream,
        shard: line.shard,
        sequence: String(first + BigInt(place)),
      };
    });
    held = held.subarray(total);
  }
  if (held.length > 0 || (await fill(1))) {
    throw new AppError('INPUT_INVALID', 'the arrival index ends before its file', {
      where: `${indexPath}:${number}`,
      expected: `an entry for every byte of ${file.path}`,
      got: `${held.length} or more bytes without one`,
      hint: 'the index is cut short; copy it again, or remove it to read the file line by line',
    });
  }
}

function parseIndexLine(text: string, where: string) {
  try {
    return arrivalIndexLineSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'not a line of an arrival index', {
      where,
      expected: '{"arrival", "stream", "shard", "sequence", "lengths"}',
      got: JSON.stringify(text.slice(0, 60)),
      cause: error,
    });
  }
}

const shardOf = (file: InputFile): string => `file-${file.sha256.slice(0, 16)}`;

async function* readWhole(file: InputFile, raw: RawDefaults): AsyncGenerator<readonly InputRecord[]> {
  const parts: Buffer[] = [];
  let size = 0;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file.path)) {
    hash.update(chunk as Buffer);
    if (size < MAX_LINE_BYTES) parts.push(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  const bytes = Buffer.concat(parts);
  const record = { bytes, arrival: raw.arrival, stream: raw.stream, shard: shardOf(file), sequence: '0' };
  const tooLarge = { length: size, offset: 0, sha256: hash.digest('hex') };
  yield [size > MAX_LINE_BYTES ? { ...record, bytes: bytes.subarray(0, MAX_LINE_BYTES), tooLarge } : record];
}

async function* readLines(
  file: InputFile,
  raw: RawDefaults,
  onBlank: () => void,
): AsyncGenerator<readonly InputRecord[]> {
  const shard = shardOf(file);
  let number = 0;
  let offset = 0;
  let pending: Buffer[] = [];
  let pendingSize = 0;
  let oversize: ReturnType<typeof createHash> | undefined;
  let block: InputRecord[] = [];
  const finish = (last: Buffer): void => {
    const length = pendingSize + last.length;
    const base = { arrival: raw.arrival, stream: raw.stream, shard, sequence: String(number) };
    if (oversize === undefined && length > MAX_LINE_BYTES) {
      oversize = createHash('sha256');
      for (const held of pending) oversize.update(held);
      pending.push(last);
    }
    if (oversize !== undefined) {
      const tooLarge = { length, offset, sha256: oversize.update(last).digest('hex') };
      block.push({ ...base, bytes: Buffer.concat(pending).subarray(0, MAX_LINE_BYTES), tooLarge });
      number += 1;
    } else {
      const bytes = pending.length === 0 ? last : Buffer.concat([...pending, last]);
      if (isBlank(bytes)) onBlank();
      else {
        block.push({ ...base, bytes });
        number += 1;
      }
    }
    offset += length;
    pending = [];
    pendingSize = 0;
    oversize = undefined;
  };
  for await (const part of createReadStream(file.path, { highWaterMark: 1 << 20 })) {
    const chunk = part as Buffer;
    let start = 0;
    for (let end = chunk.indexOf(10, start); end >= 0; end = chunk.indexOf(10, start)) {
      finish(chunk.subarray(start, end + 1));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    pendingSize += rest.length;
    if (oversize !== undefined) oversize.update(rest);
    else {
      pending.push(rest);
      if (pendingSize > MAX_LINE_BYTES) {
        oversize = createHash('sha256');
        for (const held of pending) oversize.update(held);
      }
    }
    if (block.length > 0) {
      yield block;
      block = [];
    }
  }
  if (pendingSize > 0) finish(Buffer.alloc(0));
  if (block.length > 0) yield block;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length <= 64 && bytes.toString('latin1').trim() === '';
}
