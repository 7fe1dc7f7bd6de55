import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, type Manifest } from '../../model/index.js';
import { readLog } from '../ledger/ledgerLog.js';
import { partsOf } from '../ledger/partsOf.js';

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
  const parts = await partsOf(await readLog(lake), join(lake, LAKE.bookings));
  return parts.map(({ name, manifests }) => ({ folder: `${LAKE.bookings}/${name}`, manifests }));
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
