import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAKE, systemCode } from '../../../model/index.js';
import { removeAbandoned, spillName } from './abandonedSpill.js';

const open = new Set<string>();
let watching = false;

/**
 * A new folder in the lake's staging for what does not fit into memory, of this opening alone: two processes that spill into
 * one folder corrupt each other's pages. In the system's temporary folder where the lake may only be read. Removed with `removeSpillFolder`, or when the process exits before that: a signal
 * that ends a command closes nothing. What a killed process of this machine left there is removed first.
 *
 * @param make makes the folder in the lake; replaced in tests
 */
export async function makeSpillFolder(
  lake: string,
  make: (folder: string) => Promise<unknown> = (folder) => mkdir(folder, { recursive: true }),
): Promise<string> {
  await removeAbandoned(join(lake, LAKE.staging), open);
  const wanted = join(lake, LAKE.staging, spillName(randomUUID()));
  // Before it is there: another opening of this process looks through the staging meanwhile.
  open.add(wanted);
  const folder = await make(wanted).then(
    () => wanted,
    (error: unknown) => {
      open.delete(wanted);
      // Whoever may only read a lake asks it all the same.
      if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? ''))
        return mkdtemp(join(tmpdir(), 'tenantscope-duckdb-'));
      throw error;
    },
  );
  open.add(folder);
  if (!watching) {
    watching = true;
    process.once('exit', () => {
      for (const left of open) rmSync(left, { recursive: true, force: true });
    });
  }
  return folder;
}

/** Removes a folder made by {@link makeSpillFolder}. */
export async function removeSpillFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  open.delete(folder);
}
