import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LAKE } from '../../model/index.js';
import { fileSizes } from '../lake/fileSizes.js';
import { hashFile } from '../lake/hashFile.js';
import { readJournal } from '../lake/readJournal.js';
import { openLedgerLog } from '../ledger/openLedgerLog.js';
import { partsOf } from '../ledger/partsOf.js';
import { localStore } from '../store/localStore.js';
import { finishInterrupted } from './compaction/finishInterrupted.js';
import { compactionFolder, placeFiles } from './compaction/placeFiles.js';
import type { LakeFiles } from './LakeFiles.js';

/** The files of a lake in a folder. Only objects whose booking stands in the embedded ledger are moved. */
export function localFiles(lake: string, writer?: string): LakeFiles {
  return {
    log: openLedgerLog(localStore(lake, writer)),
    locked: true,
    scratch: lake,
    finishInterrupted: (log, now) => finishInterrupted(lake, log, now),
    sizes: async (folder, keeps = () => true) =>
      new Map([...(await fileSizes(lake, folder))].filter(([path]) => keeps(path))),
    finished: async (log) => {
      const parts = await partsOf(log, join(lake, LAKE.bookings));
      return new Set(parts.flatMap(({ manifests }) => manifests.map(({ number }) => number)));
    },
    stagedBy: (run) => compactionFolder(lake, run),
    withLocal: (_, work) => work(lake),
    place: async (partition, now) => {
      await placeFiles(lake, partition, now);
    },
    put: async (from, object) => {
      await mkdir(dirname(join(lake, object)), { recursive: true });
      await rename(from, join(lake, object));
    },
    neededErrors: async () => {
      const open = (await readJournal(lake)).filter(({ state }) => state === 'committed');
      return new Set(open.flatMap(({ delivery }) => (delivery?.error_objects ?? []).map(({ path }) => path)));
    },
    placedAt: async (object) => (await stat(join(lake, object))).mtimeMs,
    hash: async (object) => (await hashFile(join(lake, object))).sha256,
    remove: async (objects) => {
      for (const object of objects) await rm(join(lake, object), { force: true });
    },
  };
}
