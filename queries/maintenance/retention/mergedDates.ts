import { join } from 'node:path';
import { LAKE, type LogEntry, sealedName } from '../../../model/index.js';
import { listOrNone } from '../../lake/readJournal.js';
import { sealedDates } from '../../ledger/ledgerLog.js';

/** The sealed dates of a log whose merge stands among the bookings. */
export async function mergedDates(lake: string, log: readonly LogEntry[]): Promise<ReadonlySet<string>> {
  const names = new Set(await listOrNone(join(lake, LAKE.bookings)));
  return new Set(sealedDates(log).filter((date) => names.has(sealedName(date))));
}
