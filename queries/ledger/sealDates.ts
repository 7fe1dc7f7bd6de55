import { sealedName, type UtcDay } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import type { BookingPlace } from './bookManifest.js';
import type { KnownLog } from './checkpoint/KnownLog.js';
import { mergeDate } from './mergeDate.js';

/** Merges every sealed date whose merge is not there; all bookings of the log must be finished. */
export async function mergeSealedDates(
  place: BookingPlace,
  log: KnownLog,
  now: number | undefined,
  merged: (date: UtcDay) => void,
): Promise<void> {
  const there = new Set(await listOrNone(place.bookings));
  for (const date of log.summary.sealed) {
    if (there.has(sealedName(date.booked_date))) continue;
    const own = await log.bookingsOf(date);
    if (own.length === 0) continue;
    await mergeDate(
      place,
      date.booked_date,
      own.map(({ number }) => number),
      now,
    );
    merged(date.booked_date);
  }
}
