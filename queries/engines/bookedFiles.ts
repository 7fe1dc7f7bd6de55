import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, type Manifest, sealedName } from '../../model/index.js';
import { manifestsOf, readLog, sealedDates } from '../ledger/ledgerLog.js';

/** What of the ledger stands by itself in one folder: a finished booking, or all of a sealed date merged. */
export interface LedgerPart {
  /** Relative to the lake. */
  readonly folder: string;
  /** What it books, in order. */
  readonly manifests: readonly Manifest[];
}

/**
 * What of a lake the engines read: finished bookings only, so that no figure is half of a booking, and of a sealed date
 * whose merge is there that merge instead of them. Throws LAKE_DAMAGED.
 */
export async function ledgerParts(lake: string): Promise<readonly LedgerPart[]> {
  const log = await readLog(lake);
  const parts: LedgerPart[] = [];
  const merged = new Map<string, Manifest[]>();
  for (const date of sealedDates(log)) {
    const folder = `${LAKE.bookings}/${sealedName(date)}`;
    if (!(await exists(join(lake, folder)))) continue;
    const manifests: Manifest[] = [];
    merged.set(date, manifests);
    parts.push({ folder, manifests });
  }
  for (const { manifest, folder } of manifestsOf(log)) {
    const within = merged.get(manifest.booked_date);
    if (within !== undefined) {
      within.push(manifest);
      continue;
    }
    const place = `${LAKE.bookings}/${folder}`;
    if (await exists(join(lake, place))) parts.push({ folder: place, manifests: [manifest] });
  }
  return parts;
}

/**
 * The objects these bookings took, relative to the lake; undefined when one is gone. That is reconcile's to report; only
 * what reads the objects is gone with them.
 */
export async function bookedObjects(
  lake: string,
  parts: readonly LedgerPart[],
): Promise<readonly string[] | undefined> {
  const objects = parts.flatMap(({ manifests }) => manifests.flatMap((manifest) => objectsOf(manifest)));
  const there = await Promise.all(objects.map((object) => exists(join(lake, object))));
  return there.includes(false) ? undefined : objects;
}

/** The objects a booking took, relative to the lake. */
export function objectsOf(manifest: Manifest): readonly string[] {
  return manifest.objects.map(({ object }) => object);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
