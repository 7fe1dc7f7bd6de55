import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, systemCode } from '../../model/index.js';
import { type RecomputeOptions, recomputeBookings } from './recomputeBookings.js';

/** What a rebuild did. */
export interface LedgerRebuildSummary {
  readonly bookings: number;
  /** Bookings that were not what their manifest gives, replaced or removed. */
  readonly replaced: readonly string[];
}

/**
 * Makes the ledger what its manifests and the lake give: computes every booking again, and replaces those that differ.
 * Identical ones stay, byte for byte. When it is interrupted, the next rebuild, or build, finishes what is missing. Throws
 * LAKE_NOT_FOUND, and LAKE_DAMAGED before anything is changed when the lake no longer has what was booked.
 */
export async function rebuildLedger(options: RecomputeOptions): Promise<LedgerRebuildSummary> {
  const { lake } = options;
  // The next build makes them anew from the whole log.
  await rm(join(lake, LAKE.checkpoints), { recursive: true, force: true });
  const aside = join(lake, LAKE.staging, `replaced-${randomUUID()}`);
  let bookings = 0;
  const replaced: string[] = [];
  try {
    await recomputeBookings(options, async ({ folder, differences, again, keepErased }) => {
      bookings += 1;
      if (differences.length === 0) return;
      await keepErased?.();
      const standing = join(lake, LAKE.bookings, folder);
      await mkdir(aside, { recursive: true });
      await mkdir(join(lake, LAKE.bookings), { recursive: true });
      await move(standing, join(aside, folder));
      if (again !== undefined) await move(again, standing);
      replaced.push(folder);
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return { bookings, replaced };
}

/** A rename; what is not there, or was put there meanwhile by a build of the same content, is no failure. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  });
}
