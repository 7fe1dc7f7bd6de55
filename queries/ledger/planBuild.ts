import type { UtcDay } from '../../model/index.js';
import type { ObjectSource, ObjectSurvey } from '../lake/ObjectSource.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { KnownLog } from './checkpoint/KnownLog.js';
import { LogSummary } from './checkpoint/LogSummary.js';

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
  readonly source: Pick<ObjectSource, 'journal'> & ObjectSurvey;
  /** Now, epoch milliseconds. */
  readonly now: number;
}): Promise<PlannedBuild> {
  const log = await KnownLog.open(of.store, { journal: of.source.journal === true });
  const planned = LogSummary.from(log.summary.toJSON());
  const sealed: UtcDay[] = [];
  for (let over = planned.dateToSeal(of.now); over !== undefined; over = planned.dateToSeal(of.now)) {
    planned.add({ version: 1, kind: 'seal', number: planned.through + 1, booked_date: over }, '');
    sealed.push(over);
  }
  const { partitions, strays } = await of.source.survey(log);
  const objects = partitions.reduce((sum, partition) => sum + partition.objects, 0);
  return {
    objects,
    rows: partitions.reduce<number | null>(
      (sum, { rows }) => (sum === null || rows === undefined ? null : sum + rows),
      0,
    ),
    booked_date: objects === 0 ? null : planned.openDate(of.now),
    partitions: partitions.map((partition) => ({
      ...{ tenant_id: partition.tenant_id, dt: partition.dt, objects: partition.objects },
    })),
    sealed,
    strays,
  };
}
