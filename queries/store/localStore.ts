import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, systemCode } from '../../model/index.js';
import type { Cell, ObjectStore } from './ObjectStore.js';

/**
 * A folder of the local file system. Creation is a hard link, which fails when the name exists. A text that is replaced is
 * a row of numbered files, of which the last counts: so replacing is a creation, too.
 *
 * @param writer names this process's temporary files, for whoever finds one after a crash
 */
export function localStore(root: string, writer: string = randomUUID()): ObjectStore {
  let writes = 0;
  // One process may write a key twice at once, too: each write has a temporary file of its own.
  const create = (key: string, text: string): Promise<boolean> => {
    writes += 1;
    return linkNew(join(root, key), text, `${writer}.${writes}`);
  };
  const readCell = (key: string): Promise<Cell | undefined> => lastVersion(join(root, key));
  return {
    name: root,
    read: (key) => readOrNone(join(root, key)),
    list: async (folder, after = '') => {
      const names = await filesIn(join(root, folder));
      return names.filter((name) => name > after && !name.startsWith('.')).sort();
    },
    create,
    remove: (key) => removeFile(join(root, key)),
    readCell,
    writeCell: async (key, text, seen) => {
      const number = seen === undefined ? 1 : Number(seen.version) + 1;
      if (!(await create(versionName(key, number), text))) return undefined;
      const versions = await versionsOf(join(root, key));
      if (versions.at(-1) !== number) {
        // Whoever saw an old version found its successor's name free again: it was replaced and removed meanwhile.
        await rm(join(root, versionName(key, number)), { force: true });
        return undefined;
      }
      for (const old of versions.slice(0, -1)) await rm(join(root, versionName(key, old)), { force: true });
      return { text, version: String(number) };
    },
  };
}

const versionName = (key: string, number: number): string => `${key}.${String(number).padStart(10, '0')}`;

async function versionsOf(path: string): Promise<readonly number[]> {
  const start = `${basename(path)}.`;
  const names = (await filesIn(dirname(path))).filter((name) => name.startsWith(start));
  const numbers = names.map((name) => name.slice(start.length)).filter((ending) => /^\d{10}$/.test(ending));
  return numbers.map(Number).sort((a, b) => a - b);
}

async function lastVersion(path: string): Promise<Cell | undefined> {
  for (;;) {
    const last = (await versionsOf(path)).at(-1);
    if (last === undefined) return undefined;
    const text = await readOrNone(versionName(path, last));
    // Undefined: it was replaced between listing and reading.
    if (text !== undefined) return { text, version: String(last) };
  }
}

async function linkNew(path: string, text: string, writer: string): Promise<boolean> {
  const temporary = join(dirname(path), `.${basename(path)}.${writer}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw failed('WRITE_FAILED', 'a file of the lake cannot be written', path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw failed('WRITE_FAILED', 'a file of the lake cannot be removed', path, error);
  });
}

async function readOrNone(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw failed('READ_FAILED', 'a file of the lake cannot be read', path, error);
  });
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw failed('READ_FAILED', 'a folder of the lake cannot be listed', folder, error);
  }
}

function failed(code: 'READ_FAILED' | 'WRITE_FAILED', summary: string, path: string, cause: unknown): AppError {
  const denied = ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(cause) ?? '');
  return new AppError(denied ? 'PERMISSION_DENIED' : code, summary, {
    got: `${path} (${systemCode(cause) ?? 'unknown'})`,
    cause,
  });
}
