import { bookingName, type Manifest, sealedName } from '../../../model/index.js';
import type { KnownLog } from './KnownLog.js';
import { type OpenBooking, overlap, type SealedDate } from './LogSummary.js';

/** What of a log stands in a folder of bookings. */
export interface KnownPart {
  /** Name of its folder among the bookings. */
  readonly name: string;
  readonly facts: Omit<OpenBooking, 'number'> | SealedDate;
}

/**
 * As `partsOf`, of a log known in short: the bookings that are finished, and of a sealed date whose merge is there that merge
 * instead of them. Reads the entries of sealed dates that wait for their merge.
 *
 * @param there the names in the folder of bookings
 */
export async function knownParts(
  log: KnownLog,
  there: ReadonlySet<string>,
  before?: Manifest,
): Promise<readonly KnownPart[]> {
  const parts: KnownPart[] = [];
  const bookings: OpenBooking[] = [];
  for (const date of log.summary.sealed) {
    const name = sealedName(date.booked_date);
    // Of its own date never the merge, which holds it too.
    const isMerged = there.has(name) && (before === undefined || date.booked_date < before.booked_date);
    if (isMerged) parts.push({ name, facts: date });
    else bookings.push(...(await log.bookingsOf(date)));
  }
  for (const facts of [...bookings, ...log.summary.bookings]) {
    const name = bookingName(facts.number);
    if ((before === undefined || facts.number < before.number) && there.has(name)) parts.push({ name, facts });
  }
  return parts;
}

/** The bookings that the log promises and that neither stand nor are in the merge of their date. */
export async function unfinishedBookings(log: KnownLog, there: ReadonlySet<string>): Promise<readonly OpenBooking[]> {
  const promised: OpenBooking[] = [];
  for (const date of log.summary.sealed)
    if (!there.has(sealedName(date.booked_date))) promised.push(...(await log.bookingsOf(date)));
  return [...promised, ...log.summary.bookings].filter(({ number }) => !there.has(bookingName(number)));
}

/** The bookings before a number that can have lines in some spans of id hours. Reads the entries of sealed dates that can. */
export async function bookingsWithin(
  log: KnownLog,
  spans: readonly (readonly [string, string])[],
  before: number,
): Promise<readonly OpenBooking[]> {
  const can = ({ id_hours }: Pick<OpenBooking, 'id_hours'>): boolean => spans.some((span) => overlap(span, id_hours));
  const sealed = log.summary.sealed.filter((date) => date.first < before && can(date));
  const within = (await Promise.all(sealed.map((date) => log.bookingsOf(date)))).flat();
  return [...within, ...log.summary.bookings].filter((booking) => booking.number < before && can(booking));
}
