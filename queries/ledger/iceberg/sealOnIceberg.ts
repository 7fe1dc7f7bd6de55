import { LEDGER_TABLES, type UtcDay } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import { insertRows } from './insertRows.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { mergedRows } from './mergedRows.js';
import { firstRecent } from './tallySql.js';
import { visibleAttempts } from './visibleAttempts.js';

/**
 * Writes the rows of all bookings of a sealed date as those of one, under the name of an attempt: a row a key, with the
 * number of the last manifest. All of them must count. Readers see the bookings until `bookings` names the merge, and then
 * the merge: one commit turns them over, in every table at once.
 *
 * @param last number of the date's last booking
 */
export async function sealOnIceberg(
  { session, place }: IcebergLedger,
  date: UtcDay,
  last: number,
  attempt: string,
  fault: (point: `merged ${string}`) => void = () => undefined,
): Promise<void> {
  const visible = visibleAttempts(tableIn(place, 'bookings'));
  const ofDate = `booked_date = ${sqlText(date)} and attempt in (${visible})`;
  const newest = `select ${firstRecent('max(arrival_through)')} from ${tableIn(place, LEDGER_TABLES.bookedEvents.name)} where ${ofDate}`;
  const within = ` and window_start >= (${newest})`;
  const stamp = { booked_date: date, manifest: last, attempt };
  for (const { table, merging } of LEDGER_PARTS) {
    const from = `(select * from ${tableIn(place, table.name)} where ${ofDate}${table === LEDGER_TABLES.recent ? within : ''})`;
    await session.run(insertRows(place, table, mergedRows(merging, from), stamp));
    fault(`merged ${table.name}`);
  }
}
