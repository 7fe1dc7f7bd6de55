import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, systemCode } from '../../model/index.js';
import { localStore } from '../../queries/index.js';
import type { ExportHome, PeriodVersions } from './ExportHome.js';
import {
  LATEST,
  latestText,
  numbersOf,
  periodFolder,
  readVersion,
  type StoredVersion,
  versionFolder,
} from './versions.js';

/** Exports in a folder, which is made when something is put there. A version appears by one rename. */
export function localHome(root: string): ExportHome {
  return {
    name: root,
    objects: async () => localStore(root),
    async prepare() {
      await mkdir(root, { recursive: true }).catch((error: unknown) => {
        const denied = ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '');
        throw new AppError(denied ? 'PERMISSION_DENIED' : 'CANNOT_CREATE', 'cannot make the folder of exports', {
          where: root,
          got: systemCode(error) ?? 'unknown',
          hint: 'check --out',
          cause: error,
        });
      });
    },
    versions: (exportName, period) => localVersions(join(root, periodFolder(exportName, period))),
  };
}

function localVersions(folder: string): PeriodVersions {
  return {
    name: folder,
    async stage() {
      // On the same file system, so that a rename puts it in its place.
      const staged = join(folder, `.staged-${randomUUID()}`);
      await mkdir(staged, { recursive: true });
      return staged;
    },
    last: () => lastOf(folder),
    read: (version) =>
      readVersion(join(folder, versionFolder(version))).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'INPUT_NOT_FOUND') return undefined;
        throw error;
      }),
    withCharges: (stored, work) => work(stored.folder),
    async publish(staged, version) {
      const place = join(folder, versionFolder(version));
      try {
        await rename(staged, place);
      } catch (error) {
        if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
        throw error;
      }
      return readVersion(place);
    },
    async pointToLatest() {
      for (;;) {
        const last = await lastOf(folder);
        if (last === undefined) return;
        const temporary = join(folder, `.LATEST.${randomUUID()}.tmp`);
        await writeFile(temporary, latestText(last));
        await rename(temporary, join(folder, LATEST));
        if ((await numbersIn(folder)).at(-1) === last.version) return;
      }
    },
  };
}

async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new AppError('READ_FAILED', 'cannot list the versions of an export', { got: folder, cause: error });
  });
  return numbersOf(names);
}

async function lastOf(folder: string): Promise<StoredVersion | undefined> {
  const number = (await numbersIn(folder)).at(-1);
  return number === undefined ? undefined : readVersion(join(folder, versionFolder(number)));
}
