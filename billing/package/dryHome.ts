import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DryStore, dryStore } from '../../queries/index.js';
import type { ExportHome, PeriodVersions } from './ExportHome.js';
import { LATEST, latestText, readVersion, type StoredVersion, versionFolder } from './versions.js';

/** A file that would have been written, by its place for people. */
export interface DryFile {
  readonly path: string;
  readonly bytes: number;
}

/** A home of exports that keeps what is written to itself. */
export interface DryHome extends ExportHome {
  /** What would have been written: entries of the log of periods, files of a package, and what points to it. */
  writes(): readonly DryFile[];
}

/**
 * Reads as another home does and writes nothing there: a package is made in a temporary folder, so that it is known to the byte, and
 * goes with it. For dry runs.
 */
export function dryHome(home: ExportHome): DryHome {
  const files: DryFile[] = [];
  let store: DryStore | undefined;
  return {
    name: home.name,
    async objects() {
      store ??= dryStore(await home.objects());
      return store;
    },
    prepare: async () => undefined,
    versions: (exportName, period) => dryVersions(home.versions(exportName, period), files),
    writes: () => [
      ...files,
      ...(store?.writes ?? []).map(({ key, bytes }) => ({ path: `${home.name}/${key}`, bytes })),
    ],
  };
}

function dryVersions(under: PeriodVersions, files: DryFile[]): PeriodVersions {
  let put: StoredVersion | undefined;
  return {
    name: under.name,
    stage: () => mkdtemp(join(tmpdir(), 'tenantscope-dry-')),
    last: () => under.last(),
    read: (version) => under.read(version),
    withCharges: (stored, work) => under.withCharges(stored, work),
    async publish(staged, version) {
      const folder = `${under.name}/${versionFolder(version)}`;
      for (const name of (await readdir(staged)).sort())
        files.push({ path: `${folder}/${name}`, bytes: (await stat(join(staged, name))).size });
      put = { ...(await readVersion(staged)), folder };
      return put;
    },
    async pointToLatest() {
      if (put !== undefined) files.push({ path: `${under.name}/${LATEST}`, bytes: Buffer.byteLength(latestText(put)) });
    },
  };
}
