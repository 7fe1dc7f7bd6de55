import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, systemCode } from '../model/index.js';
import { type CliContext, printText } from './CliContext.js';

/** Where a report is written to. */
export interface Output {
  /** Writes a piece; waits when its reader is slower. */
  write(text: string): Promise<void>;
  /** Called once, when all was written: a file appears in its place, whole. */
  commit(): Promise<void>;
  /** Called instead when the work failed: nothing is left behind, and what was there before stays. */
  discard(): Promise<void>;
}

/** Opens `--out`: `-` is stdout, a device is written to as it is, any other file is written beside its place. Throws CANNOT_CREATE. */
export async function openOutput(out: string, context: CliContext): Promise<Output> {
  if (out === '-') {
    const last = { end: '\n' };
    return {
      write: (text) => {
        if (text !== '') last.end = text.slice(-1);
        return printText(context, text);
      },
      commit: async () => (last.end === '\n' ? undefined : printText(context, '\n')),
      discard: async () => undefined,
    };
  }
  const place = await openFile(out);
  const file = await open(place.path, place.flag).catch((error: unknown) => Promise.reject(cannotCreate(out, error)));
  return fileOutput(file, place, out);
}

/** A file that is made by something else under `path`, and put in its place whole by `commit`. */
export interface FilePlace {
  readonly path: string;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Where to make a file that is to stand at `out`, which must not be stdout or a device. Throws CANNOT_CREATE. */
export async function filePlace(out: string): Promise<FilePlace> {
  const place = await openFile(out);
  if (!place.moves) throw cannotCreate(out, new Error('not a regular file'));
  return {
    path: place.path,
    commit: () => rename(place.path, out).catch((error: unknown) => Promise.reject(cannotCreate(out, error))),
    discard: () => rm(place.path, { force: true }),
  };
}

interface Place {
  readonly path: string;
  readonly flag: 'w' | 'wx';
  /** It is renamed to where it belongs once it is whole. */
  readonly moves: boolean;
}

async function openFile(out: string): Promise<Place> {
  const found = await stat(out).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw cannotCreate(out, error);
  });
  if (found?.isDirectory() === true) throw cannotCreate(out, new Error('a folder'));
  if (found !== undefined && !found.isFile()) return { path: out, flag: 'w', moves: false };
  return { path: join(dirname(out), `.${basename(out)}.${randomUUID()}.tmp`), flag: 'wx', moves: true };
}

function fileOutput(file: FileHandle, { path, moves }: Place, out: string): Output {
  const failed = (error: unknown): never => {
    throw new AppError('WRITE_FAILED', 'writing the report failed', {
      where: out,
      got: systemCode(error) ?? String(error),
      hint: 'free some space, then run it again: what was there before stays',
      cause: error,
    });
  };
  return {
    write: async (text) => {
      await file.writeFile(text).catch(failed);
    },
    commit: async () => {
      if (moves) await file.sync().catch(failed);
      await file.close().catch(failed);
      if (moves) await rename(path, out).catch((error: unknown) => Promise.reject(cannotCreate(out, error)));
    },
    discard: async () => {
      await file.close().catch(() => undefined);
      if (moves) await rm(path, { force: true });
    },
  };
}

function cannotCreate(out: string, error: unknown): AppError {
  return new AppError('CANNOT_CREATE', 'cannot write the report', {
    got: `${out} (${systemCode(error) ?? (error instanceof Error ? error.message : 'unknown')})`,
    hint: 'check that the folder exists and is writable',
    cause: error,
  });
}
