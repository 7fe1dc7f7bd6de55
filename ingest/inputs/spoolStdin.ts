import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { stopIfAsked } from '../delivery/stopIfAsked.js';

/** Size at which standard input is cut into files, at the next line end: what is taken in together. */
export const SPOOL_BYTES = 64 * 1024 * 1024;

/**
 * Writes standard input to files in a folder, so that it has a content hash before any of it is delivered. The cuts
 * depend on the bytes alone, so the same input gives the same files. Returns their paths, in order. A failed write rejects
 * with the system's error, and an aborted signal with INTERRUPTED, also while nothing comes.
 */
export async function spoolStdin(stdin: Readable, folder: string, signal?: AbortSignal): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  let out: Awaited<ReturnType<typeof open>> | undefined;
  let size = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    if (bytes.length === 0) return;
    if (out === undefined) {
      const path = join(folder, `stdin-${String(paths.length).padStart(6, '0')}.ndjson`);
      paths.push(path);
      out = await open(path, 'w');
      size = 0;
    }
    size += bytes.length;
    await out.writeFile(bytes);
  };
  const close = async (): Promise<void> => {
    const done = out;
    out = undefined;
    await done?.close();
  };
  try {
    // Without this a reader waits for the next bytes of a writer that is silent, and Ctrl-C with it.
    if (signal !== undefined) addAbortSignal(signal, stdin);
    for await (const part of stdin) {
      stopIfAsked(signal);
      let chunk = typeof part === 'string' ? Buffer.from(part) : (part as Buffer);
      for (let cut = cutAt(chunk, size); cut >= 0; cut = cutAt(chunk, size)) {
        await write(chunk.subarray(0, cut));
        await close();
        size = 0;
        chunk = chunk.subarray(cut);
      }
      await write(chunk);
    }
    // Ctrl-C ends the program before the pipe too: what came so far is not the whole of it.
    stopIfAsked(signal);
  } catch (error) {
    stopIfAsked(signal);
    throw error;
  } finally {
    await close();
  }
  return paths;
}

/** Where a chunk must be cut: after the first line end at or past the limit; -1 when not in this chunk. */
function cutAt(chunk: Buffer, size: number): number {
  if (size + chunk.length < SPOOL_BYTES) return -1;
  const end = chunk.indexOf(10, Math.max(0, SPOOL_BYTES - size - 1));
  return end < 0 ? -1 : end + 1;
}
