import type { UtcDay } from '../../model/index.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { KnownLog } from './checkpoint/KnownLog.js';

/**
 * The dates of a lake's log that are sealed, ascending: nothing will be booked on them.
 *
 * @param store the lake's
 * @throws LAKE_DAMAGED
 */
export async function readSealedDates(store: ObjectStore): Promise<readonly UtcDay[]> {
  const { summary } = await KnownLog.open(store, { journal: false });
  return summary.sealed.map(({ booked_date }) => booked_date).sort();
}
