import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE } from '../../../model/index.js';

const open = new Set<string>();
let watching = false;

/**
 * A new folder in the lake's staging for what does not fit into memory, of this opening alone: two processes that spill into
 * one folder corrupt each other's pages. Removed with `removeSpillFolder`, or when the process exits before that: a signal
 * that ends a command closes nothing.
 */
export async function makeSpillFolder(lake: string): Promise<string> {
  const folder = join(lake, LAKE.staging, `duckdb-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
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
