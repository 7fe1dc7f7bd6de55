import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectIndex } from '../lake/ObjectIndex.js';
import { damagedObject } from './damaged.js';

/** Throws LAKE_DAMAGED for the first object whose rows should be where they were delivered, and are not. */
export async function mustBeThere(lake: string, index: ObjectIndex, objects: readonly string[]): Promise<void> {
  const delivered = objects.filter((object) => index.whereabouts(object).state === 'delivered');
  const gone = await Promise.all(
    delivered.map((object) =>
      access(join(lake, object)).then(
        () => undefined,
        (error: unknown) => damagedObject(object, 'an object of the lake is gone', error),
      ),
    ),
  );
  const first = gone.find((error) => error !== undefined);
  if (first !== undefined) throw first;
}

/** Throws LAKE_DAMAGED for lines no longer kept: without those of one of its objects a booking would look like a whole one. */
export function mustBeKept(index: ObjectIndex, objects: readonly string[]): void {
  for (const object of objects) {
    const { state } = index.whereabouts(object);
    if (state === 'expired') throw damagedObject(object, 'a booking is gone whose lines are past their retention');
    if (state === 'erased') throw damagedObject(object, 'a booking is gone whose lines were erased');
  }
}
