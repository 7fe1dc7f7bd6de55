import { lstat, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LAKE, systemCode } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import { removeFolder } from './removeMerged.js';

/** Bookings and merges before they become visible, what was removed, and what was computed again beside the ledger. */
const WORK = /^(booking|sealed|recent|removed|recompute)-/;

/** Work that nobody has written to for so long, in milliseconds, was left by a run that died. */
export const ABANDONED_MS = 24 * 3_600_000;

/** Where a run that dies between writing an entry and giving it its name leaves the former. */
const ENTRIES = [LAKE.manifests, LAKE.checkpoints];

/**
 * Removes the work in progress of runs that died. Age is by the file system's own clock, against a folder made now. A run
 * that was only held up for longer finds its folder gone and fails: it goes whole, by one rename, so that nothing half of it
 * can become visible. Returns how many names went.
 *
 * @param writer names the folder made to ask for the time
 */
export async function dropAbandoned(lake: string, writer: string): Promise<number> {
  const left = [
    ...(await namesIn(lake, LAKE.staging, (name) => WORK.test(name))),
    // What is hidden there was not created yet.
    ...(await Promise.all(ENTRIES.map((folder) => namesIn(lake, folder, (name) => name.startsWith('.'))))).flat(),
  ];
  if (left.length === 0) return 0;
  const now = await fileClock(join(lake, LAKE.staging), writer);
  let removed = 0;
  for (const path of left) {
    const written = await lastWrite(path);
    if (written === undefined || now - written < ABANDONED_MS) continue;
    // Only what could still become visible has to go at once: a file here, or what was put aside, is nobody's.
    if (/^(booking|sealed|recent|recompute)-/.test(basename(path))) await removeFolder(lake, path);
    else await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function namesIn(lake: string, folder: string, isWork: (name: string) => boolean): Promise<readonly string[]> {
  return (await listOrNone(join(lake, folder))).filter(isWork).map((name) => join(lake, folder, name));
}

async function fileClock(staging: string, writer: string): Promise<number> {
  const probe = join(staging, `clock-${writer}`);
  await mkdir(probe, { recursive: true });
  const { mtimeMs } = await stat(probe);
  await rmdir(probe);
  return mtimeMs;
}

/** When a file, or a folder or something right in it, was last written; undefined when it is gone. */
async function lastWrite(path: string): Promise<number | undefined> {
  try {
    const own = await lstat(path);
    const names = own.isDirectory() ? await readdir(path) : [];
    const stamps = await Promise.all(names.map((name) => lstat(join(path, name))));
    return Math.max(own.mtimeMs, ...stamps.map(({ mtimeMs }) => mtimeMs));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
