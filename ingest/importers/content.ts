import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from '../../model/index.js';
import type { Content } from './ImportedLine.js';

/** The bytes of a file, decompressed when they are gzip, whatever its name says. Several gzip members are one content. */
export async function openContent(path: string): Promise<Readable> {
  const handle = await open(path);
  const head = Buffer.alloc(2);
  const { bytesRead } = await handle.read(head, 0, 2, 0).finally(() => handle.close());
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (bytesRead < 2 || head[0] !== 0x1f || head[1] !== 0x8b) return file;
  const out = new PassThrough();
  // A broken file ends the output with the error; the reader meets it there.
  pipeline(file, createGunzip(), out, () => {});
  return out;
}

/** Reads a file once through for its content's identity. Throws INPUT_INVALID when it cannot be decompressed. */
export async function describeContent(path: string, name: string): Promise<Content> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of await openContent(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'cannot read the content', {
      where: name,
      got: messageOf(error),
      cause: error,
    });
  }
  return { path, name, sha256: hash.digest('hex') };
}

/** The lines of a content, numbered from 1. */
export async function* linesOf(content: Content): AsyncGenerator<{ readonly text: string; readonly number: number }> {
  const input = await openContent(content.path);
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    yield { text, number };
  }
}

/** A content as one text, for documents that are only whole. Throws INPUT_INVALID above `limit` bytes. */
export async function textOf(content: Content, limit = 256 * 1024 * 1024): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of await openContent(content.path)) {
    size += (chunk as Buffer).length;
    if (size > limit) {
      throw new AppError('INPUT_INVALID', 'the document is too large', {
        where: content.name,
        expected: `at most ${limit} bytes, decompressed`,
        got: 'more',
      });
    }
    parts.push(chunk as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
