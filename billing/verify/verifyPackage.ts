import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf, systemCode } from '../../model/index.js';
import { openMemory } from '../../queries/index.js';
import { billingManifestSchema, PACKAGE_FILES } from '../package/BillingManifest.js';
import { sha256Of } from '../package/versions.js';
import { checkContent } from './checkContent.js';
import { checkFiles, checkManifestHash, checkPlace, checkSignature } from './checkFiles.js';
import type { PackageCheck, PackageVerification } from './PackageCheck.js';

/**
 * Checks a finished package as a stranger would, with nothing but its files: manifest and signature, every byte of every
 * file, that CSV and Parquet say the same, FOCUS, price × quantity, and every total. Content is looked at only when the bytes
 * are those that were written. Throws INPUT_NOT_FOUND for a folder that is no package.
 *
 * @param trusted whose signature is expected; without it the key in the package is believed, and the answer says so
 */
export async function verifyPackage(folder: string, trusted: KeyObject | undefined): Promise<PackageVerification> {
  const bytes = await readFile(join(folder, PACKAGE_FILES.manifest)).catch((error: unknown) => {
    throw new AppError('INPUT_NOT_FOUND', 'not a billing export', {
      where: folder,
      expected: 'a folder version=NNNN with its manifest.json',
      got: systemCode(error) ?? 'nothing',
      cause: error,
    });
  });
  const checks: PackageCheck[] = [await checkManifestHash(folder, bytes)];
  const done = (export_id: string | null): PackageVerification => ({
    folder,
    ok: checks.every(({ outcome }) => outcome !== 'failed'),
    export_id,
    checks,
  });
  const parsed = billingManifestSchema.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    checks.push({ check: 'manifest', outcome: 'failed', detail: `manifest.json: ${messageOf(parsed.error)}` });
    return done(null);
  }
  const manifest = parsed.data;
  checks.push(await checkSignature(folder, bytes, manifest, trusted));
  checks.push(...(await checkFiles(folder, manifest)));
  checks.push(await checkPlace(folder, manifest, sha256Of(bytes)));
  if (checks.some(({ outcome }) => outcome === 'failed')) return done(manifest.export_id);
  const duckdb = await openMemory();
  try {
    checks.push(...(await checkContent(folder, manifest, duckdb)));
  } finally {
    await duckdb.close();
  }
  return done(manifest.export_id);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
