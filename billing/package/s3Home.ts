import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, HOUR_MS } from '../../model/index.js';
import { BucketFiles, type BucketOptions, s3Store } from '../../queries/index.js';
import { PACKAGE_FILES } from './BillingManifest.js';
import { isChargesFile } from './comparePackages.js';
import type { ExportHome, PeriodVersions } from './ExportHome.js';
import { fetchFiles } from './fetchPackage.js';
import {
  LATEST,
  latestText,
  numbersOf,
  parseVersion,
  periodFolder,
  type StoredVersion,
  versionFolder,
} from './versions.js';

/** What exports in a bucket are made with. */
export interface S3HomeOptions extends BucketOptions {
  /** Now, epoch milliseconds: only to tell an export that was cut short from one that is at work. */
  readonly clock: () => number;
}

/** How long an export may take to put its files there before its number is passed over. */
const UPLOAD_MS = HOUR_MS;

/** The order of what makes a package whole: whatever else there is goes between the first and the others. */
const FIRST = PACKAGE_FILES.checksums;
const LAST: readonly string[] = [PACKAGE_FILES.manifestHash, PACKAGE_FILES.signature, PACKAGE_FILES.manifest];

/**
 * Exports below a prefix of a bucket. A package is written in a temporary folder and put there file by file, each by a
 * conditional write. `SHA256SUMS` is the first and takes the number for this content alone: the same content goes on where
 * another export of it was cut short, other content is refused. `manifest.json` is the last and makes the version visible. A
 * version without one an hour after its first file is passed over: numbers may have gaps.
 */
export function s3Home(options: S3HomeOptions): ExportHome {
  const files = new BucketFiles(options);
  return {
    name: files.name,
    objects: async () => s3Store(options),
    prepare: async () => undefined,
    versions: (exportName, period) => s3Versions(options, files, periodFolder(exportName, period)),
  };
}

function s3Versions(options: S3HomeOptions, files: BucketFiles, folder: string): PeriodVersions {
  const at = (version: number, name: string): string => `${folder}/${versionFolder(version)}/${name}`;
  const store = s3Store(options);
  const read = async (version: number): Promise<StoredVersion | undefined> => {
    const manifest = await files.read(at(version, PACKAGE_FILES.manifest));
    return manifest && parseVersion(`${files.name}/${folder}/${versionFolder(version)}`, manifest);
  };
  const last = async (): Promise<StoredVersion | undefined> => {
    for (const version of [...numbersOf(await files.folders(folder))].reverse()) {
      const found = await read(version);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    name: `${files.name}/${folder}`,
    stage: () => mkdtemp(join(tmpdir(), 'tenantscope-export-')),
    last,
    read,
    async withCharges({ version }, work) {
      const place = await mkdtemp(join(tmpdir(), 'tenantscope-export-'));
      try {
        const local = join(place, versionFolder(version));
        await mkdir(local);
        await fetchFiles(files, `${folder}/${versionFolder(version)}`, local, isChargesFile);
        return await work(local);
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
    async publish(staged, version) {
      const names = await readdir(staged);
      const between = names.filter((name) => name !== FIRST && !LAST.includes(name)).sort();
      const claimed = await files.writtenAt(at(version, FIRST));
      for (const name of [FIRST, ...between, ...LAST.filter((each) => names.includes(each))]) {
        if (await files.create(at(version, name), join(staged, name), claimed !== undefined)) continue;
        await mayPassOver(version);
        return undefined;
      }
      return read(version);
    },
    async pointToLatest() {
      for (;;) {
        // In this order: what is listed after the text was read is what it says, or newer.
        const seen = await store.readCell(`${folder}/${LATEST}`);
        const found = await last();
        if (found === undefined || seen?.text === latestText(found)) return;
        if ((await store.writeCell(`${folder}/${LATEST}`, latestText(found), seen)) === undefined) continue;
        if ((await last())?.version === found.version) return;
      }
    },
  };

  /** Throws LAKE_BUSY where another export may yet make this version whole. */
  async function mayPassOver(version: number): Promise<void> {
    if ((await files.writtenAt(at(version, PACKAGE_FILES.manifest))) !== undefined) return;
    const begun = (await files.writtenAt(at(version, FIRST))) ?? 0;
    if (options.clock() - begun >= UPLOAD_MS) return;
    throw new AppError('LAKE_BUSY', 'another export is being written, or was cut short', {
      where: `${files.name}/${folder}/${versionFolder(version)}`,
      got: `files with other content since ${new Date(begun).toISOString()}, and no ${PACKAGE_FILES.manifest}`,
      hint: 'try again when it has ended; an hour after it began its number is passed over',
    });
  }
}
