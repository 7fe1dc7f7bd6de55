import { LEDGER_TABLES } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { RECENT_SPAN_MS } from '../bookUsage.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import type { Standing } from './standing.js';

/** As many dates can have recent usage at once: 48 hours touch three. */
const RECENT_DATES = 3;

/**
 * Removes the recent usage of merged dates that is recent no more. Readers hold a snapshot of the table, so that nothing is
 * taken from under them.
 */
export async function removeOldRecent({ session, place }: IcebergLedger, standing: Standing): Promise<void> {
  if (standing.sealed.size <= RECENT_DATES) return;
  const recent = tableIn(place, LEDGER_TABLES.recent.name);
  const held = await session.run(`select distinct booked_date from ${recent}`);
  const merged = held.rows.map(([date]) => String(date)).filter((date) => standing.sealed.has(date));
  if (merged.length <= RECENT_DATES) return;
  const { rows } = await session.run(
    `select booked_date, max(arrival_through) from ${tableIn(place, LEDGER_TABLES.bookedEvents.name)} group by booked_date`,
  );
  const arrivals = new Map(rows.map(([date, arrival]) => [String(date), Date.parse(String(arrival))]));
  const newest = Math.max(...arrivals.values());
  const old = merged.filter((date) => (arrivals.get(date) ?? newest) < newest - RECENT_SPAN_MS);
  if (old.length > 0) await session.run(`delete from ${recent} where booked_date in (${old.map(sqlText).join(', ')})`);
}
