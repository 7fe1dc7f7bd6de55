import { bookingName, type LogEntry, type Manifest, sealedName, type UtcDay } from '../../model/index.js';
import { localStore } from '../store/localStore.js';
import { LogSummary } from './checkpoint/LogSummary.js';
import { openLedgerLog } from './openLedgerLog.js';

/** A manifest, and the folder names of its booking and of the merge its booking ends in. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly merge: string;
}

/** The log of a local lake, in order. Throws as the read of a `LedgerLog`. */
export async function readLog(lake: string): Promise<readonly LogEntry[]> {
  return openLedgerLog(localStore(lake)).read();
}

/** The bookings of a log, in order. */
export function manifestsOf(log: readonly LogEntry[]): readonly StoredManifest[] {
  return log.flatMap((entry) =>
    entry.kind === 'booking'
      ? [{ manifest: entry, folder: bookingName(entry.number), merge: sealedName(entry.booked_date) }]
      : [],
  );
}

/** The dates that are sealed, ascending. */
export function sealedDates(log: readonly LogEntry[]): readonly UtcDay[] {
  return log.flatMap((entry) => (entry.kind === 'seal' ? [entry.booked_date] : []));
}

/** The date a booking claimed now is booked on, as {@link LogSummary.openDate}. */
export function openDate(log: readonly LogEntry[], now: number): UtcDay {
  return LogSummary.of(log).openDate(now);
}

/** Claims a number in the log of a local lake. Returns false when someone else won it. */
export async function claimEntry(lake: string, entry: LogEntry, writer: string): Promise<boolean> {
  return openLedgerLog(localStore(lake, writer)).claim(entry);
}
