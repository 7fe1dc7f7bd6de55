import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf, systemCode } from '../../model/index.js';
import { type BillingManifest, billingManifestSchema, latestSchema, PACKAGE_FILES } from './BillingManifest.js';

/** A version of an export that is there, whole. */
export interface StoredVersion {
  readonly version: number;
  readonly folder: string;
  readonly manifest: BillingManifest;
  /** SHA-256 of the bytes of its manifest. */
  readonly sha256: string;
}

/** Folder of a version: zero-padded so that text order is number order. */
export function versionFolder(version: number): string {
  return `version=${String(version).padStart(4, '0')}`;
}

/** Folder of a period's versions. */
export function periodFolder(home: string, exportName: string, period: string): string {
  return join(home, exportName, `BILLING_PERIOD=${period}`);
}

/** The numbers of a period's versions, ascending; none where there is no folder. */
async function versionNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new AppError('READ_FAILED', 'cannot list the versions of an export', { got: folder, cause: error });
  });
  return names
    .flatMap((name) => /^version=(\d{4,})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** The last version of a period's export; undefined when there is none. Throws INPUT_INVALID for a damaged manifest. */
export async function lastVersion(folder: string): Promise<StoredVersion | undefined> {
  const number = (await versionNumbers(folder)).at(-1);
  return number === undefined ? undefined : readVersion(join(folder, versionFolder(number)));
}

/** The manifest of a package. Throws INPUT_NOT_FOUND and INPUT_INVALID. */
export async function readVersion(folder: string): Promise<StoredVersion> {
  const file = join(folder, PACKAGE_FILES.manifest);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new AppError('INPUT_NOT_FOUND', 'not a billing export', {
      where: file,
      expected: 'a folder version=NNNN with its manifest.json, which is written last',
      got: systemCode(error) ?? 'nothing',
      cause: error,
    });
  });
  try {
    const manifest = billingManifestSchema.parse(JSON.parse(bytes.toString('utf8')));
    return { version: manifest.version, folder, manifest, sha256: sha256Of(bytes) };
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'the manifest of a billing export cannot be read', {
      where: file,
      got: messageOf(error),
      cause: error,
    });
  }
}

/** SHA-256 in hex. */
export function sha256Of(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Puts a staged package in its place, by one rename. False when another export has taken the version meanwhile; nothing of
 * either is changed then.
 */
export async function publish(staged: string, folder: string): Promise<boolean> {
  try {
    await rename(staged, folder);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

/** Points `LATEST.json` to the last version that is there. Written last, by one rename; however many write, the last stands. */
export async function pointToLatest(folder: string): Promise<void> {
  for (;;) {
    const last = await lastVersion(folder);
    if (last === undefined) return;
    const text = `${JSON.stringify(latestSchema.parse({ version: last.version, manifest_sha256: last.sha256 }))}\n`;
    const temporary = join(folder, `.LATEST.${process.pid}.tmp`);
    await writeFile(temporary, text);
    await rename(temporary, join(folder, 'LATEST.json'));
    if ((await versionNumbers(folder)).at(-1) === last.version) return;
  }
}

/** What `LATEST.json` says; undefined where there is none, or nothing that can be read. */
export async function readLatest(folder: string): Promise<{ version: number; manifest_sha256: string } | undefined> {
  const text = await readFile(join(folder, 'LATEST.json'), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : latestSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Removes what an export that did not end has staged. */
export async function removeStaged(staged: string): Promise<void> {
  await rm(staged, { recursive: true, force: true });
}
