import type { Manifest } from '../../../model/index.js';
import { lakePath } from '../../engines/trino/lakeTables.js';
import type { FoundObject } from '../../lake/ObjectSource.js';
import { checkSchemaVersion } from '../../lake/selectRows.js';
import { damagedObject } from '../damaged.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { objectBatches, readObjects } from './ObjectTable.js';

/**
 * What a manifest says of objects, read from the objects by the engine that books them. Throws LAKE_DAMAGED for one that is
 * not as delivered, or is of a newer version of the event table.
 */
export async function describeOnSql(
  { session, objects: table }: IcebergLedger,
  found: readonly FoundObject[],
): Promise<Manifest['objects']> {
  const facts = new Map<string, readonly unknown[]>();
  const hour = `date_format(date_trunc('hour', event_time), '%Y-%m-%dT%H:00:00.000Z')`;
  for (const batch of objectBatches(found.map(readable), table)) {
    const read = readObjects(table, batch, ['id_hour', 'event_time', 'schema_version']);
    const { rows } = await session.run(`select path, count(*), min(id_hour), max(id_hour),
      array_join(array_agg(distinct ${hour}), ','), max(schema_version) from (${read}) group by path`);
    for (const [path, ...row] of rows) facts.set(String(path), row);
  }
  return found.map(({ path, emitter, dt, rows, sha256, etag }) => {
    const [count = 0, least = null, greatest = null, hours = null, version = 0] =
      facts.get(lakePath(table.location, path)) ?? [];
    if (rows !== undefined && Number(count) !== rows) {
      const what = count === 0 ? 'is gone' : `has ${count} rows, not the ${rows} delivered`;
      throw damagedObject(path, `an object of the lake ${what}`);
    }
    checkSchemaVersion(Number(version ?? 0), path);
    return {
      object: path,
      emitter,
      dt,
      rows: Number(count),
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(etag === undefined ? {} : { etag }),
      id_hour_min: typeof least === 'string' ? least : null,
      id_hour_max: typeof greatest === 'string' ? greatest : null,
      event_hours: typeof hours === 'string' && hours !== '' ? hours.split(',').sort() : [],
    };
  });
}

const readable = ({ path, emitter, dt }: FoundObject) => ({ object: path, emitter, dt, rows: 0 });
