import { join } from 'node:path';
import { LAKE, partitionOf } from '../../model/index.js';
import { readJournal } from '../lake/readJournal.js';
import { readLog } from './ledgerLog.js';
import { partsOf } from './partsOf.js';

/** Objects of one tenant and arrival date that were delivered and are in no finished booking. */
export interface Unbooked {
  readonly tenant_id: string;
  readonly dt: string;
  readonly objects: number;
}

/** What was delivered into a lake and no reader of the ledger sees yet, by tenant and arrival date. Throws LAKE_DAMAGED. */
export async function unbookedObjects(lake: string): Promise<readonly Unbooked[]> {
  const parts = await partsOf(await readLog(lake), join(lake, LAKE.bookings));
  const booked = new Set(
    parts.flatMap(({ manifests }) => manifests.flatMap(({ objects }) => objects)).map((o) => o.object),
  );
  const found = new Map<string, { tenant_id: string; dt: string; objects: number }>();
  for (const { path } of (await readJournal(lake)).flatMap((unit) => unit.delivery?.objects ?? [])) {
    if (booked.has(path)) continue;
    const { tenantId = '', dt = '' } = partitionOf(path) ?? {};
    const row = found.get(`${tenantId}/${dt}`) ?? { tenant_id: tenantId, dt, objects: 0 };
    row.objects += 1;
    found.set(`${tenantId}/${dt}`, row);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
