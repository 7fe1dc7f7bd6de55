import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { AppError, ARRIVALS_ENDING, systemCode } from '../../model/index.js';

/** One file of records, recognised by its content. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  /** Hash of the content, with its arrival index where there is one. */
  readonly sha256: string;
  /** Path of the arrival index beside it. */
  readonly arrivals: string | undefined;
}

/**
 * The files named, or those in the folders named, sorted by path; hidden files and folders and arrival indexes are not
 * inputs. Throws INPUT_NOT_FOUND for a path that is missing or unreadable and for a folder without files, and
 * INPUT_INVALID for what cannot be read twice (pipes) or is not looked into (a linked folder), before anything is written
 * anywhere.
 */
export async function findInputs(paths: readonly string[]): Promise<readonly InputFile[]> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await listFiles(path)));
  const inputs: InputFile[] = [];
  for (const path of files) inputs.push(await describeInput(path));
  return inputs;
}

async function listFiles(path: string): Promise<readonly string[]> {
  const info = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (info.isFile()) return [path];
  if (!info.isDirectory()) {
    // Hashing a pipe would empty it: nothing would be left to deliver, and the content would count as delivered.
    throw new AppError('INPUT_INVALID', 'the input is neither a file nor a folder', {
      got: path,
      hint: 'give a pipe as standard input: … | tenantscope run --input -',
    });
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const files: string[] = [];
  for (const entry of entries) {
    const inside = join(entry.parentPath, entry.name);
    const hidden = relative(path, inside)
      .split(sep)
      .some((part) => part.startsWith('.'));
    if (hidden || entry.name.endsWith(ARRIVALS_ENDING) || entry.isDirectory()) continue;
    if (!(await isRegular(inside))) {
      throw new AppError('INPUT_INVALID', 'the folder holds something that is neither a file nor a folder', {
        got: inside,
        hint: 'move it away, or name the folder a link leads to with its own --input',
      });
    }
    files.push(inside);
  }
  files.sort();
  if (files.length === 0) {
    throw new AppError('INPUT_NOT_FOUND', 'the folder holds no records', {
      got: path,
      hint: 'check the path given to --input',
    });
  }
  return files;
}

async function isRegular(path: string): Promise<boolean> {
  const info = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return info.isFile();
}

/** Size and content hash of one file, with those of the arrival index beside it. */
export async function describeInput(path: string): Promise<InputFile> {
  const arrivals = `${path}${ARRIVALS_ENDING}`;
  const hasArrivals = await access(arrivals, constants.R_OK).then(
    () => true,
    () => false,
  );
  const own = await hashFile(path);
  const index = hasArrivals ? await hashFile(arrivals) : undefined;
  const sha256 =
    index === undefined ? own.sha256 : createHash('sha256').update(`${own.sha256} ${index.sha256}`).digest('hex');
  return { path, bytes: own.bytes, sha256, arrivals: hasArrivals ? arrivals : undefined };
}

/** Hash and size of a file, read as a stream. */
export async function hashFile(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return { sha256: hash.digest('hex'), bytes };
}

function unreadable(path: string, error: unknown): AppError {
  const code = systemCode(error);
  return new AppError(
    'INPUT_NOT_FOUND',
    code === 'ENOENT' ? 'the input does not exist' : `cannot read ${basename(path)}`,
    {
      got: path,
      hint: code === 'EACCES' ? 'give this user read permission' : 'check the path given to --input',
      cause: error,
    },
  );
}
