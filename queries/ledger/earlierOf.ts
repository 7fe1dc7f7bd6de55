import { join } from 'node:path';
import type { LogEntry, Manifest } from '../../model/index.js';
import type { EarlierBookings, EarlierPart, IdHours } from './EarlierBookings.js';
import { manifestsOf } from './ledgerLog.js';
import { partsOf } from './partsOf.js';

/** The bookings before a manifest, by the log. */
export async function earlierOf(
  log: readonly LogEntry[],
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
  const objects = manifestsOf(log)
    .filter(({ manifest }) => manifest.number < before.number)
    .flatMap(({ manifest }) => manifest.objects);
  return {
    parts,
    objectsWithin: async (spans) => objects.filter((object) => isWithin(object, spans)).map(({ object }) => object),
  };
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
