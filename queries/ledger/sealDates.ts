import { type LogEntry, sealedName, type UtcDay, utcDayOf } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import type { BookingPlace } from './bookManifest.js';
import { manifestsOf, sealedDates } from './ledgerLog.js';
import { mergeDate } from './mergeDate.js';

/** The first date that is over, has bookings and is not sealed. */
export function dateToSeal(log: readonly LogEntry[], now: number): UtcDay | undefined {
  const sealed = new Set(sealedDates(log));
  const today = utcDayOf(now);
  return manifestsOf(log)
    .map(({ manifest }) => manifest.booked_date)
    .find((date) => date < today && !sealed.has(date));
}

/** Merges every sealed date whose merge is not there; all bookings of the log must be finished. */
export async function mergeSealedDates(
  place: BookingPlace,
  log: readonly LogEntry[],
  now: number | undefined,
  merged: (date: UtcDay) => void,
): Promise<void> {
  const there = new Set(await listOrNone(place.bookings));
  for (const date of sealedDates(log)) {
    const own = manifestsOf(log).filter(({ manifest }) => manifest.booked_date === date);
    if (there.has(sealedName(date)) || own.length === 0) continue;
    await mergeDate(
      place,
      date,
      own.map(({ manifest }) => manifest.number),
      now,
    );
    merged(date);
  }
}
