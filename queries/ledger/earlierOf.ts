import { join } from 'node:path';
import type { LogEntry, Manifest } from '../../model/index.js';
import { readObjectIndex } from '../lake/readObjectIndex.js';
import type { EarlierBookings, EarlierPart, IdHours } from './EarlierBookings.js';
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
  const manifests = manifestsOf(log).flatMap(({ manifest }) => (manifest.number < before.number ? [manifest] : []));
  return {
    parts,
    objectsWithin: async (spans) => objectsWithin(manifests, spans),
    indexOf: () => readObjectIndex(lake, log),
  };
}

/** The objects of manifests that may have lines in some spans. */
export function objectsWithin(manifests: readonly Manifest[], spans: readonly IdHours[]): readonly string[] {
  return manifests
    .flatMap(({ objects }) => objects)
    .filter((object) => isWithin(object, spans))
    .map(({ object }) => object);
}

function isWithin(object: Manifest['objects'][number], spans: readonly IdHours[]): boolean {
  return spans.some(
    ({ emitter, first, last: until }) =>
      emitter === object.emitter &&
      (first ?? '') <= (object.id_hour_max ?? '') &&
      (object.id_hour_min ?? '') <= (until ?? ''),
  );
}

const last = (texts: readonly string[]): string => [...texts].sort().at(-1) ?? '';
