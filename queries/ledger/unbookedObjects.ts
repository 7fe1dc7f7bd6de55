import { join } from 'node:path';
import { LAKE, partitionOf, RESERVED_TENANTS } from '../../model/index.js';
import type { OpenPartition } from '../lake/ObjectSource.js';
import { PartitionCounts } from '../lake/PartitionCounts.js';
import { listOrNone } from '../lake/readJournal.js';
import type { KnownLog } from './checkpoint/KnownLog.js';
import { standingIn, unfinishedBookings } from './checkpoint/knownParts.js';
import type { OpenBooking } from './checkpoint/LogSummary.js';

/** Objects of one tenant and arrival date that were delivered and are in no finished booking. */
export type Unbooked = Pick<OpenPartition, 'tenant_id' | 'dt' | 'objects'>;

/** What was delivered into a lake and no reader of the ledger sees yet, by tenant and arrival date. Throws LAKE_DAMAGED. */
export async function unbookedObjects(lake: string, log: KnownLog): Promise<readonly Unbooked[]> {
  const there = new Set(await listOrNone(join(lake, LAKE.bookings)));
  const open = (await log.delivered()).map(({ path }) => {
    const { tenantId: emitter = '', dt = '' } = partitionOf(path) ?? {};
    return { emitter, dt };
  });
  const unfinished = await unfinishedBookings(log, standingIn(there));
  return withUnfinished(log, unfinished, new PartitionCounts().add(open).list());
}

/** What no reader of a ledger sees yet: objects that no booking has, and those of bookings that do not stand. Throws LAKE_DAMAGED. */
export async function withUnfinished(
  log: KnownLog,
  unfinished: readonly OpenBooking[],
  open: readonly OpenPartition[],
): Promise<readonly Unbooked[]> {
  const waiting = new PartitionCounts().addAll(open);
  for await (const entry of log.each(unfinished.map(({ number }) => number)))
    if (entry.kind === 'booking')
      waiting.add(entry.objects.filter(({ emitter }) => emitter !== RESERVED_TENANTS.erased));
  return waiting.list().map(({ tenant_id, dt, objects }) => ({ tenant_id, dt, objects }));
}
