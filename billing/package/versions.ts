import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf, systemCode } from '../../model/index.js';
import { type BillingManifest, billingManifestSchema, latestSchema, PACKAGE_FILES } from './BillingManifest.js';

/** A version of an export that is there, whole. */
export interface StoredVersion {
  readonly version: number;
  /** A path, or `s3://bucket/prefix/…`. */
  readonly folder: string;
  readonly manifest: BillingManifest;
  /** SHA-256 of the bytes of its manifest. */
  readonly sha256: string;
}

/** What points to the last version, beside the versions: the only file that is ever replaced. */
export const LATEST = 'LATEST.json';

/** Folder of a version: zero-padded so that text order is number order. */
export function versionFolder(version: number): string {
  return `version=${String(version).padStart(4, '0')}`;
}

/** Folder of a period's versions, below that of all exports. */
export function periodFolder(exportName: string, period: string): string {
  return `${exportName}/BILLING_PERIOD=${period}`;
}

/** The numbers of the versions among names of folders, ascending. */
export function numbersOf(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => /^version=(\d{4,})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** The manifest of a package in a local folder. Throws INPUT_NOT_FOUND and INPUT_INVALID. */
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
  return parseVersion(folder, bytes);
}

/** A version by the bytes of its manifest. Throws INPUT_INVALID. */
export function parseVersion(folder: string, bytes: Buffer): StoredVersion {
  try {
    const manifest = billingManifestSchema.parse(JSON.parse(bytes.toString('utf8')));
    return { version: manifest.version, folder, manifest, sha256: sha256Of(bytes) };
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'the manifest of a billing export cannot be read', {
      where: `${folder}/${PACKAGE_FILES.manifest}`,
      got: messageOf(error),
      cause: error,
    });
  }
}

/** SHA-256 in hex. */
export function sha256Of(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What `LATEST.json` has to say when a version is the last. */
export function latestText({ version, sha256 }: StoredVersion): string {
  return `${JSON.stringify(latestSchema.parse({ version, manifest_sha256: sha256 }))}\n`;
}

/** What `LATEST.json` of a local folder says; undefined where there is none, or nothing that can be read. */
export async function readLatest(folder: string): Promise<{ version: number; manifest_sha256: string } | undefined> {
  const text = await readFile(join(folder, LATEST), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : latestSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
