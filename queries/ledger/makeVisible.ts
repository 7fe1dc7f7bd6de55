import { mkdir, open, readdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../../model/index.js';

/**
 * Makes a staged folder visible at its place by one rename, its files on disk before. Of two that make the same, the second
 * finds the first's equal result and drops its own.
 *
 * @param now stamps the folder, epoch milliseconds: how long readers can have known it
 */
export async function makeVisible(staged: string, place: string, now?: number): Promise<void> {
  for (const name of await readdir(staged)) {
    const file = await open(join(staged, name), 'r+');
    await file.sync().finally(() => file.close());
  }
  await mkdir(dirname(place), { recursive: true });
  if (now !== undefined) await utimes(staged, now / 1000, now / 1000);
  try {
    await rename(staged, place);
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
    await rm(staged, { recursive: true, force: true });
  }
}
