import { join } from 'node:path';
import { LAKE } from '../../model/index.js';
import { listOrNone, readJournal } from '../lake/readJournal.js';
import { readManifests } from './ledgerLog.js';

/** What of a lake is in no finished booking, in words; empty when the ledger has everything. Readers must say so. */
export async function findGaps(lake: string): Promise<readonly string[]> {
  const stored = await readManifests(lake);
  const there = new Set(await listOrNone(join(lake, LAKE.bookings)));
  const gaps: string[] = [];
  for (const { manifest, folder, merge } of stored) {
    if (!there.has(folder) && !there.has(merge))
      gaps.push(`booking ${manifest.number} of ${manifest.objects.length} objects is not finished`);
  }
  const taken = new Set(stored.flatMap(({ manifest }) => manifest.objects.map(({ object }) => object)));
  const objects = (await readJournal(lake)).flatMap((unit) => unit.delivery?.objects ?? []);
  const open = objects.filter(({ path }) => !taken.has(path)).length;
  if (open > 0) gaps.push(`${open} objects of the lake are not booked`);
  return gaps.map((gap) => `${gap}: these figures are not complete; run: tenantscope ledger build`);
}
