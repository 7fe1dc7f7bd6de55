import * as zlib from 'node:zlib';

/**
 * Most bytes one record may unpack to. A record of 1 MiB of gzipped log lines holds 10 to 20 MB; what holds more is no log,
 * and unpacking it would end the whole batch's memory.
 */
export const UNPACKED_LIMIT = 64 * 1024 * 1024;

/** A record's bytes without compression, or why they cannot be had. */
export type Unpacked =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: 'undecodable' | 'unsupported_encoding' | 'unpacked_too_large' };

type Decompress = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;
/** zstd came to Node with 22.15 and 23.8; older runtimes have no such function. */
const zstd = (zlib as unknown as { readonly zstdDecompressSync?: Decompress }).zstdDecompressSync;

/** Takes gzip (several members are one content) or zstd off a record, by its first bytes; anything else is as it is. */
export function unpack(bytes: Buffer, decompressZstd: Decompress | undefined = zstd): Unpacked {
  if (bytes.length < 4) return { ok: true, bytes };
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!gzip && bytes.readUInt32BE(0) !== 0x28b52ffd) return { ok: true, bytes };
  const decompress = gzip ? (zlib.gunzipSync as Decompress) : decompressZstd;
  if (decompress === undefined) return { ok: false, reason: 'unsupported_encoding' };
  try {
    return { ok: true, bytes: decompress(bytes, { maxOutputLength: UNPACKED_LIMIT }) };
  } catch (error) {
    const tooLarge = (error as { readonly code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    return { ok: false, reason: tooLarge ? 'unpacked_too_large' : 'undecodable' };
  }
}
