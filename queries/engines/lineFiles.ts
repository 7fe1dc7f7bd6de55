import type { Manifest } from '../../model/index.js';
import type { ObjectIndex } from '../lake/ObjectIndex.js';
import { checkSchemaVersion } from '../lake/selectRows.js';

/** A booked object, as its manifest describes it. */
export type BookedEntry = Manifest['objects'][number];

/** Which files the lines of booked objects are read from, wherever a compaction put them; paths are relative to the lake. */
export interface LineFiles {
  /** The objects whose lines are read, as they were delivered. */
  readonly entries: readonly BookedEntry[];
  /** Files that lie as they were delivered. */
  readonly delivered: readonly string[];
  /** Compacted files all of whose rows are those of the objects. */
  readonly compacted: readonly string[];
  /** Compacted files that hold rows of other objects as well. */
  readonly shared: readonly string[];
  /** The objects whose rows are read from `shared`. */
  readonly sharedObjects: readonly string[];
}

/** Looks up where the lines of these objects are. Throws LAKE_DAMAGED for a file of a newer version of the event table. */
export function lineFiles(index: ObjectIndex, objects: readonly string[]): LineFiles {
  const delivered: string[] = [];
  const own = new Map<string, Set<string>>();
  for (const object of objects) {
    const place = index.whereabouts(object);
    const files = place.state === 'delivered' ? [place.file] : place.state === 'compacted' ? place.files : [];
    for (const { schema, object: file } of files) checkSchemaVersion(schema, file);
    if (place.state === 'delivered') delivered.push(object);
    else for (const { object: file } of files) own.set(file, (own.get(file) ?? new Set()).add(object));
  }
  const whole = [...own].filter(([file, held]) => index.heldIn(file).every((object) => held.has(object)));
  const shared = [...own].filter(([file, held]) => !index.heldIn(file).every((object) => held.has(object)));
  return {
    entries: objects.flatMap((object) => index.booked.get(object)?.entry ?? []),
    delivered,
    compacted: whole.map(([file]) => file).sort(),
    shared: shared.map(([file]) => file).sort(),
    sharedObjects: [...new Set(shared.flatMap(([, held]) => [...held]))].sort(),
  };
}
