import { BOOKINGS_TABLE } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { MERGED_GRACE_MS } from '../removeMerged.js';
import { tablesOf } from './ensureTables.js';
import { STAGE_PREFIX } from './IcebergBench.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import { dropTable } from './icebergDdl.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { attemptTime } from './newAttempt.js';
import type { Standing } from './standing.js';

/**
 * Removes the rows that a merge stands for, and those of attempts that never counted, of dates merged longer ago than the
 * grace period. They are whole partitions: files are dropped from the tables, none is read. The rows in `bookings` go last,
 * so that what is interrupted is done again.
 */
export async function removeSuperseded(ledger: IcebergLedger, standing: Standing, now: number): Promise<void> {
  const { session, place } = ledger;
  const left = new Set([...standing.bookings.values()].map(({ booked_date }) => booked_date));
  for (const { booked_date: date, attempt, since } of standing.sealed.values()) {
    if (!left.has(date) || now - since < MERGED_GRACE_MS) continue;
    for (const { table } of LEDGER_PARTS) {
      await session.run(
        `delete from ${tableIn(place, table.name)} where booked_date = ${sqlText(date)} and attempt <> ${sqlText(attempt)}`,
      );
    }
    await session.run(
      `delete from ${tableIn(place, BOOKINGS_TABLE.name)} where booked_date = ${sqlText(date)} and kind = 'booking'`,
    );
  }
}

/** How long a table of an attempt that ended without removing it is kept, in milliseconds: no attempt takes as long. */
const STAGE_GRACE_MS = 24 * 3_600_000;

/** Removes the kept tables of attempts that ended without doing so. */
export async function removeStages(ledger: IcebergLedger, now: number): Promise<void> {
  for (const name of await tablesOf(ledger)) {
    if (!name.startsWith(STAGE_PREFIX)) continue;
    const began = attemptTime(name.slice(STAGE_PREFIX.length));
    if (began !== undefined && now - began >= STAGE_GRACE_MS) await ledger.session.run(dropTable(ledger.place, name));
  }
}
