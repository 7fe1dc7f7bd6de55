import { randomUUID } from 'node:crypto';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LAKE } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { listOrNone } from '../lake/readJournal.js';
import { bookManifest } from './bookManifest.js';
import { differencesOf } from './differencesOf.js';
import { readManifests } from './ledgerLog.js';

/** What a ledger is computed again with. */
export interface RecomputeOptions {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly onProgress?: (text: string) => void;
}

/** A booking as it stands beside what its manifest and the lake give. */
export interface Recomputed {
  readonly folder: string;
  /** What differs, in words; empty when the content is identical. */
  readonly differences: readonly string[];
  /** The booking computed again; undefined when no manifest promises one. */
  readonly again: string | undefined;
}

/**
 * Computes every booking again from its manifest and the lake, beside the ledger, compares it with what stands, and hands
 * each to `use` once all are computed: a lake that has lost an object fails before anything is touched. Throws
 * LAKE_NOT_FOUND and LAKE_DAMAGED.
 */
export async function recomputeBookings(
  options: RecomputeOptions,
  use: (booking: Recomputed) => Promise<void>,
): Promise<void> {
  const { lake } = options;
  await checkLake(lake);
  const writer = randomUUID();
  const side = join(lake, LAKE.staging, `recompute-${writer}`);
  const { connection, close } = await openScratch(options);
  try {
    const stored = await readManifests(lake);
    const all = stored.map(({ manifest }) => manifest);
    for (const [index, { manifest, folder }] of stored.entries()) {
      options.onProgress?.(`computing booking ${manifest.number} of ${stored.length} again`);
      await bookManifest(connection, lake, manifest, all.slice(0, index), folder, writer, side);
    }
    for (const { folder } of stored) {
      const again = join(side, folder);
      await use({
        folder,
        again,
        differences: await compareBooking(connection, join(lake, LAKE.bookings, folder), again),
      });
    }
    const known = new Set(stored.map(({ folder }) => folder));
    for (const folder of await listOrNone(join(lake, LAKE.bookings))) {
      // A manifest claimed since the list was read promises it: that booking is a running build's.
      if (known.has(folder) || (await isPromised(lake, folder))) continue;
      await use({ folder, again: undefined, differences: ['no manifest promises it'] });
    }
  } finally {
    await close();
    await rm(side, { recursive: true, force: true });
  }
}

async function compareBooking(
  connection: DuckDBConnection,
  standing: string,
  again: string,
): Promise<readonly string[]> {
  const there = await access(standing).then(
    () => true,
    () => false,
  );
  return there ? differencesOf(connection, standing, again) : ['it is missing'];
}

async function isPromised(lake: string, folder: string): Promise<boolean> {
  return (await readManifests(lake)).some((stored) => stored.folder === folder);
}
