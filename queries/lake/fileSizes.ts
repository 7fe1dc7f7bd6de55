import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, systemCode } from '../../model/index.js';
import { listFiles } from './listFiles.js';

/** Files asked about at once: a lake can have a hundred thousand. */
const AT_ONCE = 64;

/** Size in bytes of every file under a folder of the lake, by its path; one that goes meanwhile is left out. Throws READ_FAILED. */
export async function fileSizes(lake: string, folder: string): Promise<ReadonlyMap<string, number>> {
  const paths = await listFiles(lake, folder);
  const sizes = new Map<string, number>();
  for (let first = 0; first < paths.length; first += AT_ONCE) {
    const some = paths.slice(first, first + AT_ONCE);
    const found = await Promise.all(some.map((path) => sizeOf(join(lake, path))));
    for (const [place, path] of some.entries()) {
      const size = found[place];
      if (size !== undefined) sizes.set(path, size);
    }
  }
  return sizes;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new AppError('READ_FAILED', 'a file of the lake cannot be looked at', { got: path, cause: error });
  }
}
