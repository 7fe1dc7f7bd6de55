import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type ImportUnit, importUnitSchema, LAKE, systemCode } from '../../model/index.js';

/** Every entry of the lake's import journal, in the order of their names. Throws LAKE_DAMAGED. */
export async function readJournal(lake: string): Promise<readonly ImportUnit[]> {
  const folder = join(lake, LAKE.journal);
  const names = (await listOrNone(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      try {
        return importUnitSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      } catch (error) {
        throw damagedUnit(path, error);
      }
    }),
  );
}

/** An entry of the journal by its text. Throws LAKE_DAMAGED, naming where it stands. */
export function readUnit(text: string, path: string): ImportUnit {
  try {
    return importUnitSchema.parse(JSON.parse(text));
  } catch (error) {
    throw damagedUnit(path, error);
  }
}

function damagedUnit(path: string, cause: unknown): AppError {
  return new AppError('LAKE_DAMAGED', 'a journal entry cannot be read', {
    where: path,
    hint: 'restore it from a backup of the lake',
    cause,
  });
}

/** Names in a folder; none when it does not exist. A folder that cannot be listed is an error, never an empty one. */
export async function listOrNone(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new AppError('READ_FAILED', 'a folder of the lake cannot be listed', { got: folder, cause: error });
  });
}
