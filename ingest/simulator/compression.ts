import * as zlib from 'node:zlib';
import { AppError } from '../../model/index.js';
import type { Chunk } from './Chunk.js';

/** How Fluent Bit's Kinesis output may compress its records, each with the ending of a file that holds them. */
export const COMPRESSIONS = { gzip: '.gz', zstd: '.zst' } as const;

/** Name of a compression. */
export type Compression = keyof typeof COMPRESSIONS;

/** Compresses one record. */
export type Compressor = (record: Buffer) => Buffer;

type ZstdCompress = (bytes: Buffer, options: { readonly params: Readonly<Record<number, number>> }) => Buffer;
/** zstd came to Node with 22.15 and 23.8; older runtimes have no such function. */
interface ZstdRuntime {
  readonly zstdCompressSync?: ZstdCompress;
}
/** ZSTD_c_compressionLevel; older runtimes do not name it. */
const ZSTD_LEVEL = 100;
/** Byte of a gzip header that names the operating system. */
const GZIP_OS = 9;

/**
 * The compressor of a name. gzip has the header Fluent Bit writes, which names no operating system; zstd at level 1 gives
 * Fluent Bit's very bytes. Throws USAGE for zstd on a runtime without it.
 *
 * @example
 * compressorOf('gzip')(Buffer.from('{"log":"hello"}\n'))
 */
export function compressorOf(name: Compression, runtime: ZstdRuntime = zlib as unknown as ZstdRuntime): Compressor {
  if (name === 'gzip') {
    return (record) => {
      const packed = zlib.gzipSync(record, { memLevel: 9 });
      packed[GZIP_OS] = 0xff;
      return packed;
    };
  }
  const { zstdCompressSync: zstd } = runtime;
  if (zstd === undefined) {
    throw new AppError('USAGE', 'this Node.js cannot compress with zstd', {
      expected: 'Node.js 22.15 or later',
      got: process.version,
      hint: 'run tenantscope with a newer Node.js, or compress with gzip',
    });
  }
  return (record) => zstd(record, { params: { [ZSTD_LEVEL]: 1 } });
}

/** A chunk with each record, single line or aggregate, compressed on its own. */
export function compressChunk(chunk: Chunk, compress: Compressor): Chunk {
  let at = 0;
  const records = chunk.lengths.map((length) => {
    at += length;
    return compress(chunk.data.subarray(at - length, at));
  });
  return { ...chunk, data: Buffer.concat(records), lengths: records.map((record) => record.length) };
}
