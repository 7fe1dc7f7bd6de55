import type { LogEntry, Manifest } from '../../../model/index.js';
import { earlierObjects } from '../checkpoint/earlierObjects.js';
import type { KnownLog } from '../checkpoint/KnownLog.js';
import type { OpenBooking } from '../checkpoint/LogSummary.js';
import { type EarlierObjects, withinSpans } from '../EarlierBookings.js';
import { objectsBefore } from '../earlierOf.js';
import type { ObjectTable } from './ObjectTable.js';
import { objectIndexOf } from './objectIndexOf.js';

/** What a booking asks of the log about those before it. */
export interface EarlierOnIceberg extends EarlierObjects {
  /** Whether any of them has lines in id hours before an instant. */
  hasBefore(instant: string): Promise<boolean>;
}

/** By a log known in short. */
export function earlierOnIceberg(log: KnownLog, { compacted }: ObjectTable, before: Manifest): EarlierOnIceberg {
  const filesOf = compacted?.files ?? (async () => []);
  const { number } = before;
  const reaches = ({ id_hours: [first] }: Pick<OpenBooking, 'id_hours'>, instant: string): boolean =>
    first !== undefined && first[0] < instant;
  return {
    ...earlierObjects(log, before, { filesOf, byPartition: false }),
    hasBefore: async (instant) => {
      for (const date of log.summary.sealed) {
        if (date.first >= number || !reaches(date, instant)) continue;
        if (date.last < number) return true;
        // Its own date: some of it comes later.
        const own = (await log.bookingsOf(date)).filter((booking) => booking.number < number);
        if (own.some((booking) => reaches(booking, instant))) return true;
      }
      return log.summary.bookings.some((booking) => booking.number < number && reaches(booking, instant));
    },
  };
}

/** By a whole log: for whoever computes all of it again. */
export function earlierInWhole(log: readonly LogEntry[], table: ObjectTable, before: Manifest): EarlierOnIceberg {
  const objects = objectsBefore(log, before);
  return {
    objectsWithin: async (spans) => objects.filter(withinSpans(spans)),
    indexOf: () => objectIndexOf(table, log),
    hasBefore: async (instant) => objects.some(({ id_hour_min: least }) => least !== null && least < instant),
  };
}
