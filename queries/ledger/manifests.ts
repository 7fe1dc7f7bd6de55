import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AppError,
  bookingName,
  LAKE,
  type Manifest,
  manifestName,
  manifestSchema,
  systemCode,
} from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';

/** A manifest, and the folder name of its booking. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly folder: string;
}

/** The log, in order. Throws LAKE_DAMAGED for an entry that cannot be read or a gap in the numbers. */
export async function readManifests(lake: string): Promise<readonly StoredManifest[]> {
  const folder = join(lake, LAKE.manifests);
  const names = (await listOrNone(folder)).filter((name) => /^\d{10}\.json$/.test(name)).sort();
  const manifests: StoredManifest[] = [];
  for (const [index, name] of names.entries()) {
    const path = join(folder, name);
    const damaged = (cause: unknown): AppError =>
      new AppError('LAKE_DAMAGED', 'the ledger’s log is damaged', {
        where: path,
        expected: `manifest ${index + 1}`,
        hint: 'restore ledger/manifests from a backup of the lake',
        cause,
      });
    let manifest: Manifest;
    try {
      manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      throw damaged(error);
    }
    if (manifest.number !== index + 1) throw damaged(undefined);
    manifests.push({ manifest, folder: bookingName(manifest.number) });
  }
  return manifests;
}

/**
 * Claims a number in the log: one conditional creation (a hard link fails when the name exists), so each number has one
 * winner. Returns false when someone else won it.
 */
export async function claimManifest(lake: string, manifest: Manifest, writer: string): Promise<boolean> {
  const folder = join(lake, LAKE.manifests);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${manifestName(manifest.number)}.${writer}`);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify(manifest)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, join(folder, manifestName(manifest.number)));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
