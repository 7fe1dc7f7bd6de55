import type { LogEntry, Manifest } from '../../../model/index.js';
import { ObjectIndex } from '../../lake/ObjectIndex.js';
import { type EarlierObjects, withinSpans } from '../EarlierBookings.js';
import type { KnownLog } from './KnownLog.js';
import { bookingsWithin } from './knownParts.js';

/** A partition of the lake. */
export interface Partition {
  readonly emitter: string;
  readonly dt: string;
}

/** What of a lake says where rows are, beside its log. */
export interface CompactedLake {
  /** The files that partitions have in the compacted prefix. */
  filesOf(partitions: readonly Partition[]): Promise<readonly string[]>;
  /**
   * Whether rows of a compacted file are told from others' by knowing all objects that it holds, so that the index needs every
   * booking of the partition; by each row's own origin otherwise.
   */
  readonly byPartition: boolean;
}

/**
 * What a booking asks of a log known in short about those before it: reads the entries of bookings whose id hours overlap, and
 * of what became of their objects. Of each entry only what is asked for is kept.
 */
export function earlierObjects(log: KnownLog, before: Manifest, lake: CompactedLake): EarlierObjects {
  const known = new Map<string, Partition & { readonly manifest: number }>();
  const remember = ({ object, emitter, dt }: Manifest['objects'][number], manifest: number): void => {
    known.set(object, { emitter, dt, manifest });
  };
  for (const object of before.objects) remember(object, before.number);
  return {
    objectsWithin: async (spans) => {
      const hours = new Map<string, readonly [string, string]>();
      for (const { first, last } of spans)
        if (first !== null && last !== null) hours.set(`${first} ${last}`, [first, last]);
      const isWithin = withinSpans(spans);
      const found: Manifest['objects'][number][] = [];
      const within = await bookingsWithin(log, [...hours.values()], before.number);
      for await (const entry of log.each(within.map(({ number }) => number))) {
        if (entry.kind !== 'booking') continue;
        for (const object of entry.objects.filter(isWithin)) {
          remember(object, entry.number);
          found.push(object);
        }
      }
      return found;
    },
    indexOf: (objects) => indexOf(log, lake, objects, known),
  };
}

/** The object index as far as it says where some objects are. */
async function indexOf(
  log: KnownLog,
  lake: CompactedLake,
  objects: readonly string[],
  known: ReadonlyMap<string, Partition & { readonly manifest: number }>,
): Promise<ObjectIndex> {
  const asked = new Set(objects);
  const partitions = new Map<string, Partition>();
  const needed = new Set<number>();
  for (const object of objects) {
    const place = known.get(object);
    if (place === undefined) throw new Error(`${object} is not one of those that were found`);
    partitions.set(keyOf(place), place);
    needed.add(place.manifest);
  }
  const dts = new Set([...partitions.values()].map(({ dt }) => dt));
  const touches = (own: readonly string[]): boolean => own.some((dt) => dts.has(dt));
  const about = log.summary.others.filter(({ kind, dts: own }) => kind === 'erasure' || touches(own));
  for (const { number } of about) needed.add(number);
  const isCompacted = about.some(({ kind }) => kind === 'compaction');
  if (isCompacted && lake.byPartition) {
    for (const date of log.summary.sealed.filter((each) => touches(each.dts)))
      for (const { number } of await log.bookingsOf(date)) needed.add(number);
    for (const { number } of log.summary.bookings.filter((each) => touches(each.dts))) needed.add(number);
  }
  const wanted = (object: Manifest['objects'][number]): boolean =>
    asked.has(object.object) || (lake.byPartition && partitions.has(keyOf(object)));
  const entries: LogEntry[] = [];
  for await (const entry of log.each(needed)) {
    if (entry.kind === 'booking') entries.push({ ...entry, objects: entry.objects.filter(wanted) });
    else if (entry.kind === 'compaction')
      entries.push({ ...entry, partitions: entry.partitions.filter((one) => partitions.has(keyOf(one))) });
    else if (entry.kind === 'retention')
      entries.push({ ...entry, partitions: entry.partitions.filter((one) => partitions.has(keyOf(one))) });
    else entries.push(entry);
  }
  const compacted = new Map<string, Partition>();
  for (const entry of entries)
    if (entry.kind === 'compaction') for (const one of entry.partitions) compacted.set(keyOf(one), one);
  const files = compacted.size === 0 ? [] : await lake.filesOf([...compacted.values()]);
  return new ObjectIndex(entries, new Set(files));
}

const keyOf = ({ emitter, dt }: Partition): string => `${emitter}/${dt}`;
