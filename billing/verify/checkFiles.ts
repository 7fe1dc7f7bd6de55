import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashFile, keyId } from '../../queries/index.js';
import { type BillingManifest, PACKAGE_FILES } from '../package/BillingManifest.js';
import { hashOf } from '../package/billingIds.js';
import { numbersOf, readLatest, readVersion, sha256Of, versionFolder } from '../package/versions.js';
import type { PackageCheck } from './PackageCheck.js';

const UNLISTED: ReadonlySet<string> = new Set([
  PACKAGE_FILES.manifest,
  PACKAGE_FILES.manifestHash,
  PACKAGE_FILES.signature,
]);

const ok = (check: string, detail = ''): PackageCheck => ({ check, outcome: 'ok', detail });
const failed = (check: string, detail: string): PackageCheck => ({ check, outcome: 'failed', detail });

/** Whether the bytes of the manifest are those that were hashed when it was written. */
export async function checkManifestHash(folder: string, manifest: Buffer): Promise<PackageCheck> {
  const name = PACKAGE_FILES.manifestHash;
  const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  const expected = `${sha256Of(manifest)}  ${PACKAGE_FILES.manifest}\n`;
  if (text === undefined) return failed('manifest', `${name} is missing`);
  return text === expected
    ? ok('manifest', PACKAGE_FILES.manifest)
    : failed('manifest', `${PACKAGE_FILES.manifest} or ${name} is not what was written`);
}

/**
 * Whether the manifest is signed, by the key that is given; without one by the key in the package, which proves only that
 * nothing was changed since, not who signed.
 */
export async function checkSignature(
  folder: string,
  bytes: Buffer,
  { signature }: BillingManifest,
  trusted: KeyObject | undefined,
): Promise<PackageCheck> {
  const name = 'signature';
  const file = await readFile(join(folder, PACKAGE_FILES.signature)).catch(() => undefined);
  if (signature === null) {
    if (file !== undefined) return failed(name, `${PACKAGE_FILES.signature} is there, and the manifest says unsigned`);
    if (trusted !== undefined) return failed(name, 'the package is not signed');
    return { check: name, outcome: 'warning', detail: 'the package is not signed' };
  }
  if (file === undefined) return failed(name, `${PACKAGE_FILES.signature} is missing`);
  let key = trusted;
  if (key === undefined) {
    try {
      key = createPublicKey(await readFile(join(folder, PACKAGE_FILES.publicKey), 'utf8'));
    } catch {
      return failed(name, `${PACKAGE_FILES.publicKey} cannot be read`);
    }
  }
  if (keyId(key) !== signature.key_id) return failed(name, `it is signed by another key, ${signature.key_id}`);
  if (!verify(null, bytes, key, file)) return failed(name, `${PACKAGE_FILES.signature} is not of these bytes`);
  if (trusted !== undefined) return ok(name, `by ${signature.key_id}`);
  return {
    check: name,
    outcome: 'warning',
    detail: `by the key in the package, ${signature.key_id}: give --public-key`,
  };
}

/** Every file that is listed, byte by byte, and none that is not. */
export async function checkFiles(folder: string, manifest: BillingManifest): Promise<readonly PackageCheck[]> {
  const listed = [...manifest.datasets.flatMap(({ files }) => files), ...manifest.files];
  const wrong: string[] = [];
  for (const { path, bytes, sha256 } of listed) {
    const found = await hashFile(join(folder, path)).catch(() => undefined);
    if (found === undefined) wrong.push(`${path} is missing`);
    else if (found.bytes !== bytes) wrong.push(`${path} has ${found.bytes} bytes, not ${bytes}`);
    else if (found.sha256 !== sha256) wrong.push(`${path} has other bytes than were written`);
  }
  const names = new Set(listed.map(({ path }) => path));
  for (const name of await readdir(folder))
    if (!names.has(name) && !UNLISTED.has(name)) wrong.push(`${name} is in no list`);
  const checks = [wrong.length === 0 ? ok('files', `${listed.length}`) : failed('files', wrong.join(', '))];
  const sums = listed
    .filter(({ path }) => path !== PACKAGE_FILES.checksums)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  const text = await readFile(join(folder, PACKAGE_FILES.checksums), 'utf8').catch(() => '');
  checks.push(
    text === sums.join('') ? ok('checksums') : failed('checksums', `${PACKAGE_FILES.checksums} says otherwise`),
  );
  return [...checks, exportIdOf(manifest, listed)];
}

function exportIdOf(manifest: BillingManifest, listed: readonly { path: string; sha256: string }[]): PackageCheck {
  const apart: readonly string[] = [PACKAGE_FILES.publicKey, PACKAGE_FILES.checksums];
  const hashes = listed.filter(({ path }) => !apart.includes(path)).map(({ path, sha256 }) => `${path} ${sha256}`);
  const period = manifest.billing_period.start.slice(0, 7);
  const { export_name: name, generator, status } = manifest;
  const id = hashOf(name, period, generator.version, status, ...hashes.sort());
  return id === manifest.export_id ? ok('export id', id) : failed('export id', `the files have ${id}`);
}

/** That the version stands where it says, after the version it says, where those lie beside it. */
export async function checkPlace(folder: string, manifest: BillingManifest, sha256: string): Promise<PackageCheck> {
  const name = 'versions';
  const period = dirname(folder);
  const latest = await readLatest(period);
  if (latest?.version === manifest.version && latest.manifest_sha256 !== sha256)
    return failed(name, 'LATEST.json has another hash of this version');
  const { supersedes, version } = manifest;
  if (supersedes === null) {
    // In a bucket a number may have been passed over; a version that is there may not.
    for (const before of numbersOf(await readdir(period))) {
      if (before >= version || (await readVersion(join(period, versionFolder(before))).catch(() => null)) === null)
        continue;
      return failed(name, `${version} supersedes nothing, and version ${before} is there`);
    }
    return ok(name, 'the first');
  }
  const before = await readVersion(join(period, versionFolder(supersedes.version))).catch(() => undefined);
  if (before === undefined) return ok(name, `supersedes ${supersedes.version}, which is not here`);
  return before.sha256 === supersedes.manifest_sha256
    ? ok(name, `supersedes ${supersedes.version}`)
    : failed(name, `version ${supersedes.version} is not the one it supersedes`);
}
