import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_COLUMNS, type Manifest, partitionOf, type UtcDay } from '../../model/index.js';
import { ObjectIndex } from '../lake/ObjectIndex.js';
import { readJournal } from '../lake/readJournal.js';
import { schemaVersions } from '../lake/schemaVersions.js';
import { checkSchemaVersion, selectRows } from '../lake/selectRows.js';
import { damagedObject, rowsOf } from './damaged.js';

/** An object of the lake, as its delivery counted it. */
export interface LakeObject {
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
}

/** The objects of finished imports; one that no import lists is a matter for reconcile, not for money. */
export async function listObjects(lake: string): Promise<readonly LakeObject[]> {
  const units = (await readJournal(lake)).filter((unit) => unit.state === 'done');
  return units
    .flatMap((unit) => unit.delivery?.objects ?? [])
    .map(({ path, rows, sha256 }) => ({ path, rows, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
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
  for (const { path, rows } of objects) {
    if (!(await exists(join(lake, path)))) throw damagedObject(path, 'an object of the lake is gone');
    const there = await rowsOf(connection, lake, path);
    if (there !== rows) throw damagedObject(path, `an object of the lake has ${there} rows, not the ${rows} delivered`);
  }
  const paths = objects.map(({ path }) => path);
  const versions = await schemaVersions(connection, lake, paths);
  const index = new ObjectIndex([], new Set());
  const iso = (expression: string): string => `strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
  const reader = await connection.runAndReadAll(`
    select origin_object, ${iso('min(id_hour)')}, ${iso('max(id_hour)')},
      string_agg(distinct ${iso("date_trunc('hour', event_time)")}, ','), max(schema_version)
    from (${await selectRows(connection, { lake, index, objects: paths }, READ)}) group by origin_object`);
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
      const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
      return {
        object: path,
        emitter: partition?.tenantId ?? '',
        dt: partition?.dt ?? '',
        rows,
        sha256,
        id_hour_min: text(row?.[1]),
        id_hour_max: text(row?.[2]),
        event_hours: (text(row?.[3]) ?? '')
          .split(',')
          .filter((hour) => hour !== '')
          .sort(),
        schema_version: versions.get(path) ?? 0,
      };
    }),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
