import { AppError } from '../../../model/index.js';
import { lakePath } from '../../engines/trino/lakeTables.js';
import { damagedObject } from '../damaged.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { objectBatches, type ReadObject, readObjects } from './ObjectTable.js';

/** Makes sure that objects which were booked are there, with the rows they had: a line in one that is gone would count again. Throws LAKE_DAMAGED. */
export async function checkObjects(ledger: IcebergLedger, objects: readonly ReadObject[]): Promise<void> {
  for (const batch of objectBatches(objects, ledger.objects)) {
    const { rows } = await ledger.session.run(`select count(*) from (${readObjects(ledger.objects, batch, [])})`);
    const expected = batch.reduce((sum, object) => sum + object.rows, 0);
    if (Number(rows[0]?.[0] ?? 0) !== expected) throw await damagedAmong(ledger, batch);
  }
}

/** LAKE_DAMAGED for the first of these objects that has other rows than were booked of it. */
export async function damagedAmong(ledger: IcebergLedger, objects: readonly ReadObject[]): Promise<AppError> {
  for (const batch of objectBatches(objects, ledger.objects)) {
    const { rows } = await ledger.session.run(
      `select path, count(*) from (${readObjects(ledger.objects, batch, [])}) group by path`,
    );
    const there = new Map(rows.map(([path, count]) => [String(path), Number(count)]));
    for (const { object, rows: booked } of batch) {
      const count = there.get(lakePath(ledger.objects.location, object)) ?? 0;
      if (count === booked) continue;
      const what = count === 0 ? 'an object of the lake is gone' : 'an object of the lake was changed';
      return damagedObject(object, `${what}: it has ${count} rows, not the ${booked} that were booked`);
    }
  }
  return new AppError('LAKE_DAMAGED', 'the objects of a booking do not have the rows that were booked', {
    where: ledger.objects.location,
    hint: 'run it again; tenantscope reconcile lists everything that is missing or changed',
  });
}
