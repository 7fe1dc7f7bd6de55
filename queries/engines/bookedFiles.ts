import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, type Manifest } from '../../model/index.js';
import { readManifests } from '../ledger/manifests.js';

/** A booking that is finished: its manifest, and its folder relative to the lake. */
export interface FinishedBooking {
  readonly manifest: Manifest;
  readonly folder: string;
}

/** What of a lake the engines read: finished bookings only, so that no figure is half of a booking. */
export async function finishedBookings(lake: string): Promise<readonly FinishedBooking[]> {
  const finished: FinishedBooking[] = [];
  for (const { manifest, folder } of await readManifests(lake)) {
    const place = `${LAKE.bookings}/${folder}`;
    if (await exists(join(lake, place))) finished.push({ manifest, folder: place });
  }
  return finished;
}

/**
 * The objects these bookings took, relative to the lake; undefined when one is gone. That is reconcile's to report; only
 * what reads the objects is gone with them.
 */
export async function bookedObjects(
  lake: string,
  bookings: readonly FinishedBooking[],
): Promise<readonly string[] | undefined> {
  const objects = bookings.flatMap(({ manifest }) => manifest.objects.map(({ object }) => object));
  const there = await Promise.all(objects.map((object) => exists(join(lake, object))));
  return there.includes(false) ? undefined : objects;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
