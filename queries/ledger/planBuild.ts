import type { LogEntry, UtcDay } from '../../model/index.js';
import type { ObjectSource } from '../lake/ObjectSource.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { manifestsOf, openDate } from './ledgerLog.js';
import { openLedgerLog } from './openLedgerLog.js';
import { dateToSeal } from './sealDates.js';

/** What a build would book and seal. */
export interface PlannedBuild {
  /** Objects that no booking has taken. */
  readonly objects: number;
  /** Lines in them; null where their delivery did not count them. */
  readonly rows: number | null;
  /** The UTC date they would be booked on; null when there are none. */
  readonly booked_date: UtcDay | null;
  /** Objects by emitting tenant and UTC date of arrival. */
  readonly partitions: readonly { readonly tenant_id: string; readonly dt: string; readonly objects: number }[];
  /** UTC dates of booking that would be sealed. */
  readonly sealed: readonly UtcDay[];
  /** Files among the events that are in no partition, and so in no booking. */
  readonly strays: readonly string[];
}

/**
 * What building the ledger of a lake would do, by its log and what there is; nothing is written. Bookings that an earlier run claimed
 * and did not finish are not counted: they are its own. Throws LAKE_DAMAGED and what listing throws.
 */
export async function planBuild(of: {
  readonly store: ObjectStore;
  readonly source: ObjectSource;
  /** Now, epoch milliseconds. */
  readonly now: number;
}): Promise<PlannedBuild> {
  const log: LogEntry[] = [...(await openLedgerLog(of.store).read())];
  const sealed: UtcDay[] = [];
  for (let over = dateToSeal(log, of.now); over !== undefined; over = dateToSeal(log, of.now)) {
    log.push({ version: 1, kind: 'seal', number: log.length + 1, booked_date: over });
    sealed.push(over);
  }
  const taken = new Set(manifestsOf(log).flatMap(({ manifest }) => manifest.objects.map(({ object }) => object)));
  const { objects, strays } = await of.source.list();
  const fresh = objects.filter(({ path }) => !taken.has(path));
  const partitions = new Map<string, { tenant_id: string; dt: string; objects: number }>();
  for (const { emitter, dt } of fresh) {
    const found = partitions.get(`${emitter}/${dt}`) ?? { tenant_id: emitter, dt, objects: 0 };
    found.objects += 1;
    partitions.set(`${emitter}/${dt}`, found);
  }
  return {
    objects: fresh.length,
    rows: fresh.every(({ rows }) => rows !== undefined) ? fresh.reduce((sum, { rows = 0 }) => sum + rows, 0) : null,
    booked_date: fresh.length === 0 ? null : openDate(log, of.now),
    partitions: [...partitions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, partition]) => partition),
    sealed,
    strays,
  };
}
