import { lstat, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, systemCode } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import { removeFolder } from './removeMerged.js';

/** Bookings and merges before they become visible, what was removed, and what was computed again beside the ledger. */
const WORK = /^(booking|sealed|recent|removed|recompute)-/;

/** Work that nobody has written to for so long, in milliseconds, was left by a run that died. */
export const ABANDONED_MS = 24 * 3_600_000;

/**
 * Removes the work in progress of runs that died. Age is by the file system's own clock, against a folder made now. A run
 * that was only held up for longer finds its folder gone and fails: it goes whole, by one rename, so that nothing half of it
 * can become visible.
 *
 * @param writer names the folder made to ask for the time
 */
export async function dropAbandoned(lake: string, writer: string): Promise<number> {
  const staging = join(lake, LAKE.staging);
  const names = (await listOrNone(staging)).filter((name) => WORK.test(name));
  if (names.length === 0) return 0;
  const now = await fileClock(staging, writer);
  let removed = 0;
  for (const name of names) {
    const path = join(staging, name);
    const written = await lastWrite(path);
    if (written === undefined || now - written < ABANDONED_MS) continue;
    // What was put aside to be removed is nobody's; moving it again would only give it another name.
    if (name.startsWith('removed-')) await rm(path, { recursive: true, force: true });
    else await removeFolder(lake, path);
    removed += 1;
  }
  return removed;
}

async function fileClock(staging: string, writer: string): Promise<number> {
  const probe = join(staging, `clock-${writer}`);
  await mkdir(probe, { recursive: true });
  const { mtimeMs } = await stat(probe);
  await rmdir(probe);
  return mtimeMs;
}

/** When a folder or something right in it was last written; undefined when it is gone. */
async function lastWrite(folder: string): Promise<number | undefined> {
  try {
    const names = await readdir(folder);
    const stamps = await Promise.all([folder, ...names.map((name) => join(folder, name))].map((path) => lstat(path)));
    return Math.max(...stamps.map(({ mtimeMs }) => mtimeMs));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
