import { addDays, type LogEntry, type UtcDay, utcDayOf } from '../../../model/index.js';
import type { BookedObject, ObjectIndex } from '../../lake/ObjectIndex.js';
import { sealedDates } from '../../ledger/ledgerLog.js';

/** A partition whose lines are past their retention. */
export interface ExpiredPartition {
  readonly emitter: string;
  readonly dt: string;
  readonly objects: readonly BookedObject[];
  readonly rows: number;
  /** Bytes of its files that are there, replaced ones among them. */
  readonly bytes: number;
}

/** What is past its retention, and what of it has to wait. */
export interface RetentionPlan {
  readonly expired: readonly ExpiredPartition[];
  /** Partitions past their retention with lines whose booking's date is not sealed and merged yet. */
  readonly waiting: readonly { readonly emitter: string; readonly dt: string }[];
}

/** What a plan is made from. */
export interface RetentionInput {
  readonly log: readonly LogEntry[];
  readonly index: ObjectIndex;
  /** Sealed dates whose merge is there: a booking of theirs is never computed again to be read. */
  readonly merged: ReadonlySet<string>;
  /** Bytes of files that are there, by path. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Now, epoch milliseconds. */
  readonly now: number;
  /** Days an emitter's events are kept after their date is over; undefined: for good. */
  readonly daysOf: (emitter: string) => number | undefined;
  readonly tenant?: string;
}

/** The first arrival date that is still kept. */
export function keptSince(now: number, days: number): UtcDay {
  return addDays(utcDayOf(now), -days);
}

/**
 * Which partitions are past their retention, by emitter and date. A partition goes as a whole, and only when every booking
 * that took of it is sealed and merged: until then a build could have to compute it again.
 */
export function planRetention(input: RetentionInput): RetentionPlan {
  const { index, sizes } = input;
  const sealed = new Set<string>(sealedDates(input.log));
  const dates = new Map(
    input.log.flatMap((entry) => (entry.kind === 'booking' ? [[entry.number, entry.booked_date]] : [])),
  );
  const settled = ({ manifest }: BookedObject): boolean => {
    const date = dates.get(manifest) ?? '';
    return sealed.has(date) && input.merged.has(date);
  };
  const partitions = new Map<string, BookedObject[]>();
  for (const object of index.booked.values()) {
    const { emitter, dt } = object.entry;
    const days = input.daysOf(emitter);
    if (days === undefined || dt >= keptSince(input.now, days)) continue;
    if (input.tenant !== undefined && emitter !== input.tenant) continue;
    const { state } = index.whereabouts(object.entry.object);
    if (state === 'expired' || state === 'erased') continue;
    const key = `${dt}/${emitter}`;
    const objects = partitions.get(key);
    if (objects === undefined) partitions.set(key, [object]);
    else objects.push(object);
  }
  const expired: ExpiredPartition[] = [];
  const waiting: { emitter: string; dt: string }[] = [];
  for (const [, objects] of [...partitions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { emitter = '', dt = '' } = objects[0]?.entry ?? {};
    if (!objects.every(settled)) {
      waiting.push({ emitter, dt });
      continue;
    }
    const files = new Set(objects.flatMap(({ entry: { object } }) => filesOf(index, object)));
    const bytes = [...files].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
    expired.push({ emitter, dt, objects, rows: objects.reduce((sum, { entry }) => sum + entry.rows, 0), bytes });
  }
  return { expired, waiting };
}

/** The files that hold an object's rows, and itself. */
function filesOf(index: ObjectIndex, object: string): readonly string[] {
  const place = index.whereabouts(object);
  return place.state === 'compacted' ? [object, ...place.files.map((file) => file.object)] : [object];
}
