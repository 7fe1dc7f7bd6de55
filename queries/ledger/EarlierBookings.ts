import type { Manifest } from '../../model/index.js';
import type { ObjectIndex } from '../lake/ObjectIndex.js';

/** Where lines are sought: an emitter, and a span of id hours (ISO instants, both inclusive; null: of an object without lines). */
export interface IdHours {
  readonly emitter: string;
  readonly first: string | null;
  readonly last: string | null;
}

/** What a booking asks of the log about those before it. */
export interface EarlierObjects {
  /** The objects they took that may have lines there. */
  objectsWithin(spans: readonly IdHours[]): Promise<Manifest['objects']>;
  /** Where the rows of objects are: of the booking's own, and of those found by `objectsWithin`. */
  indexOf(objects: readonly string[]): Promise<ObjectIndex>;
}

/** A part of the ledger that is booked before, and how far its lines go. */
export interface EarlierPart {
  readonly folder: string;
  /** Its last event hour and last id hour, ISO instants; empty without lines. */
  readonly lastEventHour: string;
  readonly lastIdHour: string;
}

/** What a booking asks of those before it, which are all finished, where they are files. */
export interface EarlierBookings extends EarlierObjects {
  readonly parts: readonly EarlierPart[];
}

/** The spans that objects have lines in. */
export function idHoursOf(objects: Manifest['objects']): readonly IdHours[] {
  return objects.map(({ emitter, id_hour_min: first, id_hour_max: last }) => ({ emitter, first, last }));
}

/** Where objects are, relative to the lake. */
export function pathsOf(objects: Manifest['objects']): readonly string[] {
  return objects.map(({ object }) => object);
}

/** Which objects may have lines in some spans. One without lines has none anywhere. */
export function withinSpans(spans: readonly IdHours[]): (object: Manifest['objects'][number]) => boolean {
  const ofEmitters = new Map<string, (readonly [string, string])[]>();
  for (const { emitter, first, last } of spans) {
    if (first === null || last === null) continue;
    const own = ofEmitters.get(emitter);
    if (own === undefined) ofEmitters.set(emitter, [[first, last]]);
    else own.push([first, last]);
  }
  return ({ emitter, id_hour_min: least, id_hour_max: greatest }) =>
    least !== null &&
    greatest !== null &&
    (ofEmitters.get(emitter) ?? []).some(([first, last]) => first <= greatest && least <= last);
}
