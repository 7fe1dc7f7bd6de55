import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './syncPath.js';

/** Writes a file whole or not at all: beside its place, forced to disk, then renamed over it. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncPath(dirname(path));
}
