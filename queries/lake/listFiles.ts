import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError, systemCode } from '../../model/index.js';

/**
 * Every file under a folder of the lake, by its path relative to the lake, in text order; none when there is no such
 * folder. Throws READ_FAILED for one that cannot be listed.
 */
export async function listFiles(lake: string, folder: string): Promise<readonly string[]> {
  const root = join(lake, folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new AppError('READ_FAILED', 'a folder of the lake cannot be listed', { got: root, cause: error });
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(lake, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
