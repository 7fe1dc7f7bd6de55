import type { ObjectIndex } from '../lake/ObjectIndex.js';

/** Where lines are sought: an emitter, and a span of id hours (ISO instants, both inclusive; null: of an object without lines). */
export interface IdHours {
  readonly emitter: string;
  readonly first: string | null;
  readonly last: string | null;
}

/** A part of the ledger that is booked before, and how far its lines go. */
export interface EarlierPart {
  readonly folder: string;
  /** Its last event hour and last id hour, ISO instants; empty without lines. */
  readonly lastEventHour: string;
  readonly lastIdHour: string;
}

/** What a booking asks of those before it, which are all finished. */
export interface EarlierBookings {
  readonly parts: readonly EarlierPart[];
  /** The objects they took that may have lines there. */
  objectsWithin(spans: readonly IdHours[]): Promise<readonly string[]>;
  /** Where the rows of objects are: of the booking's own, and of those found by `objectsWithin`. */
  indexOf(objects: readonly string[]): Promise<ObjectIndex>;
}
