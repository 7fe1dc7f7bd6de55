import type { ObjectIndex } from '../../lake/ObjectIndex.js';
import { damagedObject } from '../damaged.js';
import type { ReadObject } from './ObjectTable.js';

/** The objects of a booking, and earlier ones its lines may be in, with where the lines of each are now. */
export interface PlacedObjects {
  readonly own: readonly ReadObject[];
  /** Those whose lines are there. */
  readonly earlier: readonly ReadObject[];
  /** Files with the identities of earlier lines that are past their retention. Those of erased tenants nobody asks for again. */
  readonly ids: readonly string[];
}

/**
 * Says of objects where their lines are, as they were delivered or compacted. Throws LAKE_DAMAGED for lines of its own that
 * are past their retention or erased: a booking of what is left would look like a whole one.
 *
 * @param withoutErased leaves out own objects that were erased, for whoever compares what is left
 */
export function placedObjects(
  index: ObjectIndex,
  { own, earlier }: Pick<PlacedObjects, 'own' | 'earlier'>,
  withoutErased = false,
): PlacedObjects {
  const ids = new Set<string>();
  const placed = (object: ReadObject, gone: (why: 'expired' | 'erased') => void): readonly ReadObject[] => {
    const place = index.whereabouts(object.object);
    if (place.state === 'delivered') return [object];
    if (place.state === 'compacted') return [{ ...object, files: place.files.map((file) => file.object) }];
    if (place.state === 'expired' && place.ids !== undefined) ids.add(place.ids);
    gone(place.state);
    return [];
  };
  const whole = own.flatMap((object) =>
    placed(object, (why) => {
      if (why === 'erased' && withoutErased) return;
      const what = why === 'erased' ? 'were erased' : 'are past their retention';
      throw damagedObject(object.object, `a booking is gone whose lines ${what}`);
    }),
  );
  const before = earlier.flatMap((object) => placed(object, () => undefined));
  return { own: whole, earlier: before, ids: [...ids].sort() };
}
