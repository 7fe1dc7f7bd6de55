import { AppError, type LogEntry } from '../../../model/index.js';
import { ObjectIndex } from '../../lake/ObjectIndex.js';
import type { ObjectTable, ReadObject } from './ObjectTable.js';

// Every booking of a log asks for it; what it was made from is replaced by compactions only, which leave it a day.
const made = new WeakMap<readonly LogEntry[], Promise<ObjectIndex>>();

function indexOf({ compacted }: ObjectTable, log: readonly LogEntry[]): Promise<ObjectIndex> {
  const known = made.get(log);
  if (known !== undefined) return known;
  const any = log.some(({ kind }) => kind === 'compaction');
  const listing = any && compacted !== undefined ? compacted.files() : Promise.resolve([]);
  const making = listing.then((files) => new ObjectIndex(log, new Set(files)));
  made.set(log, making);
  return making;
}

/** The objects of a booking, and earlier ones its lines may be in, with where the lines of each are now. */
export interface PlacedObjects {
  readonly own: readonly ReadObject[];
  /** Without those of erased tenants, whose lines nobody asks for again. */
  readonly earlier: readonly ReadObject[];
}

/**
 * Says of objects where their lines are, as they were delivered or compacted. Throws USAGE for lines that are past their
 * retention or erased: reading what is left of them would look like all of it.
 */
export async function placedObjects(
  table: ObjectTable,
  log: readonly LogEntry[],
  { own, earlier }: PlacedObjects,
): Promise<PlacedObjects> {
  const index = await indexOf(table, log);
  const placed = (object: ReadObject): ReadObject => {
    const place = index.whereabouts(object.object);
    if (place.state === 'delivered') return object;
    if (place.state === 'compacted') return { ...object, files: place.files.map((file) => file.object) };
    throw notThere(object, place.state === 'erased' ? 'were erased' : 'are past their retention');
  };
  return {
    own: own.map(placed),
    earlier: earlier.filter(({ object }) => index.whereabouts(object).state !== 'erased').map(placed),
  };
}

function notThere({ object }: ReadObject, why: string): AppError {
  return new AppError('USAGE', `a ledger in Iceberg cannot book beside lines that ${why} yet`, {
    got: object,
    hint: 'build the ledger with --engine duckdb: it keeps what it needs to know of such lines',
  });
}
