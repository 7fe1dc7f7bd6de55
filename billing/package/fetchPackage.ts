import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../model/index.js';
import { BucketFiles, type BucketOptions } from '../../queries/index.js';
import { type BillingManifest, PACKAGE_FILES } from './BillingManifest.js';
import { LATEST, numbersOf, parseVersion, versionFolder } from './versions.js';

/**
 * Fetches a package of a bucket into a temporary folder, does something with it, and removes it. What `verify` looks at
 * beside it comes with it: LATEST.json and the manifest of the version it supersedes. Throws INPUT_NOT_FOUND where there is no
 * package, INPUT_INVALID for objects no package has, WRITE_FAILED when the disk has not the room, and what `BucketFiles` throws.
 *
 * @param place the version's address: its prefix ends with version=NNNN
 * @param wanted which files; all when absent
 */
export async function withFetchedPackage<T>(
  place: BucketOptions,
  work: (folder: string) => Promise<T>,
  wanted: (name: string) => boolean = () => true,
): Promise<T> {
  const prefix = place.prefix.replace(/\/+$/, '');
  const [parent, own] = [dirname(prefix) === '.' ? '' : dirname(prefix), basename(prefix)];
  const files = new BucketFiles({ ...place, prefix: parent });
  const bytes = await files.read(`${own}/${PACKAGE_FILES.manifest}`);
  if (own === '' || bytes === undefined) {
    throw new AppError('INPUT_NOT_FOUND', 'not a billing export', {
      where: `s3://${place.bucket}/${prefix}`,
      expected: 'a folder version=NNNN with its manifest.json, which is written last',
      got: 'no manifest.json',
    });
  }
  const scratch = await mkdtemp(join(tmpdir(), 'tenantscope-package-'));
  try {
    const folder = join(scratch, own);
    await mkdir(folder);
    await fetchFiles(files, own, folder, (name) => name === PACKAGE_FILES.manifest || wanted(name));
    await fetchNeighbours(files, scratch, own, bytes);
    return await work(folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Fetches the files right in a folder of a bucket, if the disk has room for them. */
export async function fetchFiles(
  files: BucketFiles,
  folder: string,
  into: string,
  wanted: (name: string) => boolean,
): Promise<void> {
  const listed = (await files.list(folder)).filter(({ key }) => wanted(key));
  for (const { key } of listed) {
    if (/^[A-Za-z0-9_.-]+$/.test(key) && !/^\.+$/.test(key)) continue;
    throw new AppError('INPUT_INVALID', 'an object in a billing export is none of it', {
      where: `${files.name}/${folder}`,
      expected: 'names of letters, digits, dots, dashes and underscores, and no folders',
      got: JSON.stringify(key.slice(0, 200)),
      hint: 'somebody else has put it there: a package is whole when its manifest is',
    });
  }
  const bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
  const { bavail, bsize } = await statfs(into);
  if (bytes > bavail * bsize) {
    throw new AppError('WRITE_FAILED', 'the package does not fit on the disk', {
      where: into,
      expected: `${bytes} bytes`,
      got: `${bavail * bsize} bytes are free`,
      hint: 'set TMPDIR to a folder with more room',
    });
  }
  for (const { key } of listed) await files.download(`${folder}/${key}`, join(into, key));
}

async function fetchNeighbours(files: BucketFiles, scratch: string, own: string, bytes: Buffer): Promise<void> {
  const latest = await files.read(LATEST);
  if (latest !== undefined) await writeFile(join(scratch, LATEST), latest);
  const claim = claimOf(bytes);
  const before = numbersOf(await files.folders(''))
    .filter((number) => claim !== undefined && number < claim.version)
    .filter((number) => claim?.supersedes == null || number === claim.supersedes.version);
  for (const folder of before.map(versionFolder)) {
    const manifest = folder === own ? undefined : await files.read(`${folder}/${PACKAGE_FILES.manifest}`);
    if (manifest === undefined) continue;
    await mkdir(join(scratch, folder));
    await writeFile(join(scratch, folder, PACKAGE_FILES.manifest), manifest);
  }
}

/** What a manifest says it is; whether it is one is judged by whoever reads the package. */
function claimOf(bytes: Buffer): BillingManifest | undefined {
  try {
    return parseVersion('', bytes).manifest;
  } catch {
    return undefined;
  }
}
