import type { LogEntry } from '../../model/index.js';
import { localStore } from '../store/localStore.js';
import { type LedgerLog, openLedgerLog } from './openLedgerLog.js';

/**
 * Appends an entry to the log, behind whatever others append meanwhile. `holds` is asked about each of their entries: when
 * one of them makes ours wrong, nothing is appended and the answer is undefined.
 *
 * @param known the log that the entry was made from
 */
export async function appendEntry<T extends LogEntry>(
  lake: string,
  known: readonly LogEntry[],
  entry: (number: number) => T,
  holds: (other: LogEntry) => boolean,
  writer: string,
): Promise<T | undefined> {
  return appendTo(openLedgerLog(localStore(lake, writer)), known, entry, holds);
}

/** The same of any log. */
export async function appendTo<T extends LogEntry>(
  ledgerLog: LedgerLog,
  known: readonly LogEntry[],
  entry: (number: number) => T,
  holds: (other: LogEntry) => boolean,
): Promise<T | undefined> {
  let length = known.length;
  for (;;) {
    const made = entry(length + 1);
    if (await ledgerLog.claim(made)) return made;
    const log = await ledgerLog.read();
    if (!log.slice(length).every(holds)) return undefined;
    length = log.length;
  }
}
