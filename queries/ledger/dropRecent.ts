import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { recentName, sealedName } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import { arrivalsOf } from './arrivalsOf.js';
import type { BookingPlace } from './bookManifest.js';
import { RECENT_SPAN_MS } from './bookUsage.js';
import type { KnownLog } from './checkpoint/KnownLog.js';
import { knownParts } from './checkpoint/knownParts.js';
import { MERGED_GRACE_MS, removeFolder } from './removeMerged.js';

/** As many dates can have recent usage at once: 48 hours touch three. */
const RECENT_DATES = 3;

/**
 * Drops the recent usage of merged dates that no reader asks for any more: those out of reach for whoever opened a grace
 * period ago, and so knew the arrivals of the parts that were there then.
 */
export async function dropRecent(place: BookingPlace, log: KnownLog, now: number): Promise<void> {
  const { connection, lake, bookings } = place;
  const there = new Set(await listOrNone(bookings));
  const dates = log.summary.sealed
    .map(({ booked_date }) => booked_date)
    .filter((date) => there.has(recentName(date)) && there.has(sealedName(date)));
  if (dates.length <= RECENT_DATES) return;
  const names = (await knownParts(log, there)).map(({ name }) => name);
  const known: string[] = [];
  for (const name of names) {
    if (now - (await stat(join(bookings, name))).mtimeMs >= MERGED_GRACE_MS) known.push(name);
  }
  const arrivals = new Map(
    (await arrivalsOf(connection, bookings, known)).map(({ name, arrivalThrough }) => [name, arrivalThrough]),
  );
  const newest = Math.max(...arrivals.values());
  for (const date of dates) {
    const arrival = arrivals.get(sealedName(date));
    if (arrival !== undefined && arrival < newest - RECENT_SPAN_MS)
      await removeFolder(lake, join(bookings, recentName(date)));
  }
}
