import { join } from 'node:path';
import type { LogEntry, Manifest } from '../../model/index.js';
import { readObjectIndex } from '../lake/readObjectIndex.js';
import { type EarlierBookings, type EarlierPart, withinSpans } from './EarlierBookings.js';
import { manifestsOf } from './ledgerLog.js';
import { partsOf } from './partsOf.js';

/** The bookings before a manifest, by the whole log; what it says after the manifest makes no difference. */
export async function earlierOf(
  log: readonly LogEntry[],
  lake: string,
  bookings: string,
  before: Manifest,
): Promise<EarlierBookings> {
  const parts = (await partsOf(log, bookings, before)).map(({ name, manifests }): EarlierPart => {
    const objects = manifests.flatMap((manifest) => manifest.objects);
    return {
      folder: join(bookings, name),
      lastEventHour: last(objects.map(({ event_hours }) => event_hours.at(-1) ?? '')),
      lastIdHour: last(objects.map(({ id_hour_max }) => id_hour_max ?? '')),
    };
  });
  return {
    parts,
    objectsWithin: async (spans) => objectsBefore(log, before).filter(withinSpans(spans)),
    indexOf: () => readObjectIndex(lake, log),
  };
}

/** The objects that the manifests before one took. */
export function objectsBefore(log: readonly LogEntry[], { number }: Manifest): Manifest['objects'] {
  return manifestsOf(log).flatMap(({ manifest }) => (manifest.number < number ? manifest.objects : []));
}

const last = (texts: readonly string[]): string => [...texts].sort().at(-1) ?? '';
