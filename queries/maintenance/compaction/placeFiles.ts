import { access, mkdir, open, rename, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CompactedPartition, LAKE } from '../../../model/index.js';
import { listOrNone } from '../../lake/readJournal.js';

/** Folders of compactions in staging are named by their run, and so are the files in them. */
const FOLDER = 'compaction-';

/** Folder in staging of the run with this name. */
export function compactionFolder(lake: string, run: string): string {
  return join(lake, LAKE.staging, `${FOLDER}${run}`);
}

/** The run that wrote a compacted object, by its name. */
export function runOf(object: string): string {
  return object.slice(object.lastIndexOf('/') + 1).split('-')[0] ?? '';
}

/** Folders of runs in staging, all of which have ended when nothing else compacts. */
export async function compactionFolders(lake: string): Promise<readonly string[]> {
  const names = await listOrNone(join(lake, LAKE.staging));
  return names.filter((name) => name.startsWith(FOLDER)).map((name) => join(lake, LAKE.staging, name));
}

/**
 * Puts the files of an entry that stands in the log in their places, out of the staging of the run that made them. May be
 * repeated at any point. Returns false when one of them is neither here nor there: then the partition is as it was, and the
 * old files are read.
 *
 * @param now stamps the files, epoch milliseconds: those they replace are kept for a grace period from then on
 */
export async function placeFiles(lake: string, { to }: CompactedPartition, now: number): Promise<boolean> {
  const missing: { readonly from: string; readonly place: string }[] = [];
  for (const { object } of to) {
    const place = join(lake, object);
    if (await exists(place)) continue;
    const from = join(compactionFolder(lake, runOf(object)), object);
    if (!(await exists(from))) return false;
    missing.push({ from, place });
  }
  for (const { from, place } of missing) {
    await mkdir(dirname(place), { recursive: true });
    await utimes(from, now / 1000, now / 1000);
    await rename(from, place);
  }
  for (const folder of new Set(missing.map(({ place }) => dirname(place)))) await syncFolder(folder);
  return true;
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
