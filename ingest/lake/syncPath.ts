import { open } from 'node:fs/promises';

/** Forces a file, or the names in a folder, to disk: what a journal entry names must survive a loss of power. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
