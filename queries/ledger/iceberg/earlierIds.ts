import { AppError, type Manifest } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { checkObjects } from './checkObjects.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { objectBatches, readObjects } from './ObjectTable.js';
import type { PlacedObjects } from './placedObjects.js';

/**
 * The identities of lines of earlier objects, and when an agent stamped each, as queries of which one statement can have two;
 * of those past their retention the identities alone. Throws LAKE_DAMAGED for an object that is gone: a line in it would
 * count again.
 */
export async function earlierIds(
  ledger: IcebergLedger,
  manifest: Manifest,
  { earlier, ids }: Pick<PlacedObjects, 'earlier' | 'ids'>,
): Promise<readonly string[]> {
  await checkObjects(ledger, earlier);
  const there = objectBatches(earlier, ledger.objects).map((batch) => {
    const read = readObjects(ledger.objects, batch, ['id_hour', 'event_id', 'observed_time']);
    return `select emitter, id_hour, event_id, observed_time from (${read})`;
  });
  return [...there, ...(await expiredIds(ledger, manifest, ids))];
}

async function expiredIds(
  { embedded, objects }: IcebergLedger,
  manifest: Manifest,
  files: readonly string[],
): Promise<readonly string[]> {
  if (files.length === 0) return [];
  if (embedded === undefined) {
    throw new AppError('USAGE', 'the identities of lines past their retention cannot be read here', {
      where: objects.location,
      got: files.join(', '),
      hint: 'open the ledger with what is kept of lines that are gone',
    });
  }
  const emitters = [...new Set(manifest.objects.map(({ emitter }) => emitter))].sort();
  return [
    `select emitter, id_hour, event_id, cast(null as timestamp(3)) as observed_time from ${await embedded.ids(files)}
     where emitter in (${emitters.map(sqlText).join(', ')}) and manifest < ${manifest.number}`,
  ];
}
