import { bookingName, type Manifest, sealedName, type UtcDay } from '../../../model/index.js';
import type { KnownLog } from './KnownLog.js';
import type { OpenBooking, SealedDate } from './LogSummary.js';
import type { ShortLog } from './ShortLog.js';
import { overlaps } from './spans.js';

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

/** Which bookings stand, by themselves or in the merge of their date. */
export interface WhatStands {
  booked(number: number): boolean;
  merged(date: UtcDay): boolean;
}

/** What stands by the names in a folder of bookings. */
export function standingIn(there: ReadonlySet<string>): WhatStands {
  return { booked: (number) => there.has(bookingName(number)), merged: (date) => there.has(sealedName(date)) };
}

/** The bookings that the log promises and that do not stand. Reads the entries of sealed dates that wait for their merge. */
export async function unfinishedBookings(log: ShortLog, standing: WhatStands): Promise<readonly OpenBooking[]> {
  const promised: OpenBooking[] = [];
  for (const date of log.summary.sealed)
    if (!standing.merged(date.booked_date)) promised.push(...(await log.bookingsOf(date)));
  return [...promised, ...log.summary.bookings].filter(
    ({ number, booked_date }) => !standing.booked(number) && !standing.merged(booked_date),
  );
}

/** The bookings before a number that can have lines in some spans of id hours. Reads the entries of sealed dates that can. */
export async function bookingsWithin(
  log: ShortLog,
  spans: readonly (readonly [string, string])[],
  before: number,
): Promise<readonly OpenBooking[]> {
  const can = ({ id_hours }: Pick<OpenBooking, 'id_hours'>): boolean => spans.some((span) => overlaps(span, id_hours));
  const within: OpenBooking[] = [];
  for (const date of log.summary.sealed)
    if (date.first < before && can(date)) within.push(...(await log.bookingsOf(date)));
  return [...within, ...log.summary.bookings].filter((booking) => booking.number < before && can(booking));
}
