import type { LogEntry } from '../../../model/index.js';
import { factsOf, LogSummary, type OpenBooking, type SealedDate } from './LogSummary.js';

/** A log in short, and what of it can be asked for. */
export interface ShortLog {
  readonly summary: LogSummary;
  /** Reads what was appended meanwhile, where that is known to somebody. */
  advance(): Promise<void>;
  /** The bookings of a sealed date. */
  bookingsOf(date: SealedDate): Promise<readonly OpenBooking[]>;
}

/** The same of a log that was read, which needs nothing else: for whoever compares with what a checkpoint says. */
export function shortLogOf(log: readonly LogEntry[]): ShortLog {
  const bookings = log.flatMap((entry) => (entry.kind === 'booking' ? [factsOf(entry)] : []));
  return {
    summary: LogSummary.of(log),
    advance: async () => undefined,
    bookingsOf: async ({ booked_date }) => bookings.filter((booking) => booking.booked_date === booked_date),
  };
}
