import { join } from 'node:path';
import { LAKE } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import type { KnownLog } from './checkpoint/KnownLog.js';
import { standingIn, unfinishedBookings } from './checkpoint/knownParts.js';

/** What of a lake is in no finished booking, in words; empty when the ledger has everything. Readers must say so. */
export async function findGaps(lake: string, log: KnownLog): Promise<readonly string[]> {
  const there = new Set(await listOrNone(join(lake, LAKE.bookings)));
  const gaps = (await unfinishedBookings(log, standingIn(there))).map(
    ({ number, objects }) => `booking ${number} of ${objects} objects is not finished`,
  );
  const open = (await log.delivered()).length;
  if (open > 0) gaps.push(`${open} objects of the lake are not booked`);
  const begun = (await listOrNone(join(lake, LAKE.erasures))).some((name) => name.endsWith('.pending.json'));
  return [
    ...gaps.map((gap) => `${gap}: these figures are not complete; run: tenantscope ledger build`),
    ...(begun
      ? ['the erasure of a tenant was begun and has not ended: run the same tenantscope tenant erase again']
      : []),
  ];
}
