import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, type ImportUnit, importUnitSchema, LAKE, systemCode } from '../../model/index.js';
import type { InputFile } from '../inputs/findInputs.js';
import { syncPath } from './syncPath.js';
import { writeAtomically } from './writeAtomically.js';

/** Every entry of the lake's import journal. Throws LAKE_DAMAGED for one that cannot be read. */
export async function readJournal(lake: string): Promise<ImportUnit[]> {
  const folder = join(lake, LAKE.journal);
  // Only a missing journal is an empty one: any other failure read as empty would deliver everything once more.
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new AppError('LAKE_DAMAGED', 'the journal cannot be listed', {
      where: folder,
      hint: 'give this user permission to read it',
      cause: error,
    });
  });
  const units: ImportUnit[] = [];
  for (const name of names.filter((entry) => entry.endsWith('.json')).sort()) {
    const path = join(folder, name);
    try {
      units.push(importUnitSchema.parse(JSON.parse(await readFile(path, 'utf8'))));
    } catch (error) {
      throw new AppError('LAKE_DAMAGED', 'a journal entry cannot be read', {
        where: path,
        hint: 'restore it from a backup of the lake',
        cause: error,
      });
    }
  }
  return units;
}

/** Writes one entry, whole or not at all. */
export async function writeUnit(lake: string, unit: ImportUnit): Promise<void> {
  await writeAtomically(join(lake, LAKE.journal, `${unit.unit}.json`), `${JSON.stringify(unit, null, 1)}\n`);
}

/** The identity of files delivered together: a hash of their content hashes. */
export function unitId(files: readonly InputFile[]): string {
  return createHash('sha256')
    .update(files.map((file) => file.sha256).join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** Where a unit's work in progress lies. */
export function unitStaging(lake: string, unit: string): string {
  return join(lake, LAKE.staging, unit);
}

/**
 * Puts the objects of a committed unit in their places and marks it done. May be repeated at any point: an object is in
 * staging or in place. Throws LAKE_DAMAGED when one is in neither.
 */
export async function finishUnit(lake: string, unit: ImportUnit): Promise<void> {
  const staging = join(unitStaging(lake, unit.unit), 'final');
  const paths = [...(unit.delivery?.objects ?? []), ...(unit.delivery?.error_objects ?? [])].map(
    (object) => object.path,
  );
  for (const path of paths) {
    const from = join(staging, path);
    const to = join(lake, path);
    if (await exists(from)) {
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
    } else if (!(await exists(to))) {
      throw new AppError('LAKE_DAMAGED', 'an object of an interrupted run is gone', {
        got: path,
        where: join(LAKE.journal, `${unit.unit}.json`),
        hint: 'delete that journal entry and run the same input again',
      });
    }
  }
  for (const folder of new Set(paths.map((path) => dirname(join(lake, path))))) await syncPath(folder);
  await writeUnit(lake, { ...unit, state: 'done' });
  await rm(unitStaging(lake, unit.unit), { recursive: true, force: true });
}

/** Removes units that were begun and whose every file other units have delivered since, with their staging. */
export async function dropSuperseded(lake: string): Promise<void> {
  const journal = await readJournal(lake);
  const done = new Set(
    journal.filter((unit) => unit.state === 'done').flatMap((unit) => unit.files.map((file) => file.sha256)),
  );
  for (const unit of journal.filter((entry) => entry.state === 'started')) {
    if (!unit.files.every((file) => done.has(file.sha256))) continue;
    await rm(unitStaging(lake, unit.unit), { recursive: true, force: true });
    await rm(join(lake, LAKE.journal, `${unit.unit}.json`), { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
