import type { LogEntry, Manifest } from '../../model/index.js';
import { manifestsOf } from './ledgerLog.js';

type Objects = Manifest['objects'];

/** The objects of earlier manifests in which lines of this one's can lie: of the same emitters, in overlapping id hours. */
export function overlappingObjects(log: readonly LogEntry[], manifest: Manifest): Objects {
  return manifestsOf(log)
    .filter((before) => before.manifest.number < manifest.number)
    .flatMap((before) => before.manifest.objects)
    .filter((old) => overlaps(old, manifest.objects));
}

function overlaps(old: Objects[number], fresh: Objects): boolean {
  return fresh.some(
    (object) =>
      object.emitter === old.emitter &&
      (object.id_hour_min ?? '') <= (old.id_hour_max ?? '') &&
      (old.id_hour_min ?? '') <= (object.id_hour_max ?? ''),
  );
}
