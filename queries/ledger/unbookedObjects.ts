import { join } from 'node:path';
import { LAKE, partitionOf, RESERVED_TENANTS } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import type { KnownLog } from './checkpoint/KnownLog.js';
import { unfinishedBookings } from './checkpoint/knownParts.js';

/** Objects of one tenant and arrival date that were delivered and are in no finished booking. */
export interface Unbooked {
  readonly tenant_id: string;
  readonly dt: string;
  readonly objects: number;
}

/** What was delivered into a lake and no reader of the ledger sees yet, by tenant and arrival date. Throws LAKE_DAMAGED. */
export async function unbookedObjects(lake: string, log: KnownLog): Promise<readonly Unbooked[]> {
  const there = new Set(await listOrNone(join(lake, LAKE.bookings)));
  const unfinished = await log.manifests((await unfinishedBookings(log, there)).map(({ number }) => number));
  const waiting = [
    ...unfinished.flatMap(({ objects }) =>
      objects.filter(({ emitter }) => emitter !== RESERVED_TENANTS.erased).map(({ object }) => object),
    ),
    ...(await log.delivered()).map(({ path }) => path),
  ];
  return byPartition(waiting);
}

/** Objects that wait to be booked, by path, as rows of the view. */
export function byPartition(waiting: readonly string[]): readonly Unbooked[] {
  const found = new Map<string, { tenant_id: string; dt: string; objects: number }>();
  for (const path of waiting) {
    const { tenantId = '', dt = '' } = partitionOf(path) ?? {};
    const row = found.get(`${tenantId}/${dt}`) ?? { tenant_id: tenantId, dt, objects: 0 };
    row.objects += 1;
    found.set(`${tenantId}/${dt}`, row);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
