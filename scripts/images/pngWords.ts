import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** The keyword PNG keeps for what a picture shows. */
const KEYWORD = 'Description';
const SIGNATURE = 8;
/** Length and type before a chunk's data, its checksum behind it. */
const AROUND = { before: 8, after: 4 };
/** Behind the keyword in an iTXt chunk: its end, not compressed, no method, no language, no translated keyword. */
const PLAIN = Buffer.alloc(5);

/** A PNG that carries words (UTF-8, an iTXt chunk) and its pixels packed as tightly as zlib can. Throws for what is no PNG. */
export function withWords(png: Uint8Array, words: string): Uint8Array {
  const [header, ...rest] = chunksOf(png);
  if (header === undefined) throw new Error('a PNG without chunks');
  const pixels = Buffer.concat(rest.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  return Buffer.concat([
    png.subarray(0, SIGNATURE),
    chunk(header.type, header.data),
    chunk('iTXt', Buffer.concat([Buffer.from(KEYWORD, 'latin1'), PLAIN, Buffer.from(words, 'utf8')])),
    chunk('IDAT', deflateSync(inflateSync(pixels), { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The words a PNG carries; undefined when it has none. Throws for what is no PNG. */
export function wordsOf(png: Uint8Array): string | undefined {
  const start = Buffer.concat([Buffer.from(KEYWORD, 'latin1'), PLAIN]);
  const text = chunksOf(png).find(({ type, data }) => type === 'iTXt' && data.subarray(0, start.length).equals(start));
  return text?.data.subarray(start.length).toString('utf8');
}

function chunksOf(png: Uint8Array): readonly { readonly type: string; readonly data: Buffer }[] {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error('not a PNG');
  const chunks = [];
  for (let at = SIGNATURE; at < bytes.length; ) {
    const end = at + AROUND.before + bytes.readUInt32BE(at);
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + AROUND.before, end) });
    at = end + AROUND.after;
  }
  return chunks;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
