import { BOOKINGS_TABLE, type LogEntry } from '../../../model/index.js';
import { removeCheckpoints } from '../checkpoint/checkpointFile.js';
import { manifestsOf } from '../ledgerLog.js';
import { openLedgerLog } from '../openLedgerLog.js';
import type { LedgerRebuildSummary } from '../rebuildLedger.js';
import { isGone, keptBooking } from './adoptBooking.js';
import { buildIcebergLedger, type IcebergBuildOptions } from './buildIcebergLedger.js';
import { ledgerId, tablesOf } from './ensureTables.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { dropTable } from './icebergDdl.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { objectIndexOf } from './objectIndexOf.js';
import { verifyIcebergLedger } from './verifyIcebergLedger.js';

/**
 * Makes the ledger what its log and the lake give: computes every booking again beside it and, when a date differs, drops the
 * ledger's tables and builds it from nothing; bookings whose lines are gone are taken from the embedded ledger. While that lasts readers fail, or are told what is not booked yet; when it is
 * interrupted, the next build finishes it. Without a ledger it builds one. Throws as `verifyIcebergLedger`, before anything
 * is changed, and as `buildIcebergLedger`.
 */
export async function rebuildIcebergLedger(options: IcebergBuildOptions): Promise<LedgerRebuildSummary> {
  const { ledger, store, clock, onProgress } = options;
  // The next build makes them anew from the whole log.
  await removeCheckpoints(store);
  if ((await ledgerId(ledger)) === undefined) {
    return { bookings: (await buildIcebergLedger(options)).bookings, replaced: [] };
  }
  const log = await openLedgerLog(store).read();
  const progress = onProgress === undefined ? {} : { onProgress };
  const { bookings, differing } = await verifyIcebergLedger({ ledger, log, clock, ...progress });
  if (differing.length === 0) return { bookings, replaced: [] };
  await mustBeKept(ledger, log);
  const there = await tablesOf(ledger);
  // What counts goes first: rows that nothing names are nobody's, however far this gets.
  for (const name of [BOOKINGS_TABLE.name, ...LEDGER_PARTS.map(({ table }) => table.name)])
    if (there.has(name)) await ledger.session.run(dropTable(ledger.place, name));
  await buildIcebergLedger(options);
  return { bookings, replaced: differing.map(({ booking }) => booking) };
}

/** Throws LAKE_DAMAGED when nothing has the figures of a booking whose lines are gone, but for the tables that would be dropped. */
async function mustBeKept(ledger: IcebergLedger, log: readonly LogEntry[]): Promise<void> {
  const index = await objectIndexOf(ledger.objects, log);
  for (const { manifest } of manifestsOf(log)) if (isGone(manifest, index)) await keptBooking(ledger, manifest);
}
