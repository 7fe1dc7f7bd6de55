import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { systemCode } from '../../model/index.js';
import { listFiles } from './listFiles.js';

/** Files asked about at once: a lake can have a hundred thousand. */
const AT_ONCE = 64;

/** Size in bytes of every file under a folder of the lake, by its path; one that goes meanwhile is left out. Throws READ_FAILED. */
export async function fileSizes(lake: string, folder: string): Promise<ReadonlyMap<string, number>> {
  const limit = pLimit(AT_ONCE);
  const paths = await listFiles(lake, folder);
  const sizes = await Promise.all(
    paths.map((path) =>
      limit(async () => {
        const found = await stat(join(lake, path)).catch((error: unknown) => {
          if (systemCode(error) === 'ENOENT') return undefined;
          throw error;
        });
        return found?.size;
      }),
    ),
  );
  return new Map(paths.flatMap((path, place) => (sizes[place] === undefined ? [] : [[path, sizes[place]]])));
}
