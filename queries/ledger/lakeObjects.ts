import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBListValue } from '@duckdb/node-api';
import { EVENT_COLUMNS, type Manifest, partitionOf, type UtcDay } from '../../model/index.js';
import { ObjectIndex } from '../lake/ObjectIndex.js';
import { schemaVersions } from '../lake/schemaVersions.js';
import { checkSchemaVersion, selectRows } from '../lake/selectRows.js';
import { damagedObject, rowsOfAll } from './damaged.js';

/** An object of the lake, as its delivery counted it. */
export interface LakeObject {
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
}

const READ = EVENT_COLUMNS.filter(({ name }) => ['id_hour', 'event_time', 'schema_version'].includes(name));

/**
 * The manifest of objects: their facts, read from the objects themselves. Throws LAKE_DAMAGED for one that is not as
 * delivered, or is of a newer version of the event table.
 */
export async function describeObjects(
  connection: DuckDBConnection,
  lake: string,
  objects: readonly LakeObject[],
  number: number,
  bookedDate: UtcDay,
): Promise<Manifest> {
  for (const { path } of objects) {
    if (!(await exists(join(lake, path)))) throw damagedObject(path, 'an object of the lake is gone');
  }
  const paths = objects.map(({ path }) => path);
  const counted = await rowsOfAll(connection, lake, paths);
  for (const { path, rows } of objects) {
    const there = counted.get(path) ?? 0;
    if (there !== rows) throw damagedObject(path, `an object of the lake has ${there} rows, not the ${rows} delivered`);
  }
  const versions = await schemaVersions(connection, lake, paths);
  const index = new ObjectIndex([], new Set());
  const reader = await connection.runAndReadAll(`
    select origin_object, epoch_ms(min(id_hour)), epoch_ms(max(id_hour)), list(distinct epoch_ms(hour)), max(schema_version)
    from (
      select origin_object, id_hour, schema_version, date_trunc('hour', event_time) as hour
      from (${await selectRows(connection, { lake, index, objects: paths }, READ)})
    ) group by origin_object`);
  const facts = new Map(reader.getRows().map((row) => [String(row[0]), row]));
  return {
    version: 1,
    kind: 'booking',
    number,
    booked_date: bookedDate,
    objects: objects.map(({ path, rows, sha256 }) => {
      const row = facts.get(path);
      // Without its hours an object's duplicates could not be found later: never book it blind.
      if (row === undefined && rows > 0) throw damagedObject(path, 'an object of the lake cannot be described');
      checkSchemaVersion(Number(row?.[4] ?? 0), path);
      const partition = partitionOf(path);
      const hours = row?.[3] instanceof DuckDBListValue ? row[3].items : [];
      return {
        object: path,
        emitter: partition?.tenantId ?? '',
        dt: partition?.dt ?? '',
        rows,
        sha256,
        id_hour_min: instantOf(row?.[1]),
        id_hour_max: instantOf(row?.[2]),
        event_hours: hours.flatMap((hour) => instantOf(hour) ?? []).sort(),
        schema_version: versions.get(path) ?? 0,
      };
    }),
  };
}

/** Epoch milliseconds as an ISO instant. */
function instantOf(ms: unknown): string | null {
  return typeof ms === 'bigint' ? new Date(Number(ms)).toISOString() : null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
