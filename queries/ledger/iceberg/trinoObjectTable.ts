import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { type Column, EVENT_COLUMNS, EVENT_PARTITION_COLUMNS, LAKE, ORIGIN_COLUMNS } from '../../../model/index.js';
import { createWhereMissing } from '../../engines/createWhereMissing.js';
import type { SqlSession } from '../../engines/SqlSession.js';
import { sqlText } from '../../engines/sqlText.js';
import { lakePath } from '../../engines/trino/lakeTables.js';
import { trinoType } from '../../engines/trino/trinoType.js';
import { listFiles } from '../../lake/listFiles.js';
import { listOrNone } from '../../lake/readJournal.js';
import { filesIn } from './filesIn.js';
import { quoted } from './IcebergPlace.js';
import { BOOKED_LINE_COLUMNS } from './linesSql.js';
import type { ObjectTable } from './ObjectTable.js';

/** Columns of the event table that a booking reads. */
const READ_COLUMNS: readonly Column[] = EVENT_COLUMNS.filter(({ name }) =>
  ['schema_version', ...BOOKED_LINE_COLUMNS].includes(name),
);

/** A lake, and how a Hive catalogue of Trino sees it. */
export interface TrinoObjects {
  /** The folder as this process sees it, and as Trino does. */
  readonly lake: string;
  readonly location: string;
  readonly catalog: string;
}

/**
 * The tables a lake's objects are read through, made where they are not there; a folder without objects has none, since no
 * table can stand on a folder that is not there, and nothing reads it. Throws ENGINE_UNAVAILABLE.
 */
export async function trinoObjectTable(
  session: SqlSession,
  { lake, location, catalog }: TrinoObjects,
): Promise<ObjectTable> {
  const delivered = definition(location, LAKE.events, READ_COLUMNS);
  const compacted = definition(location, LAKE.compacted, [...READ_COLUMNS, ...ORIGIN_COLUMNS]);
  const digest = createHash('sha256').update(`${delivered}\n${compacted}`).digest('hex').slice(0, 12);
  // The schema is named by all that makes the tables, so that `if not exists` never means another lake or version.
  const schema = `${quoted(catalog)}.${quoted(`tenantscope_objects_${digest}`)}`;
  const tables = [
    { name: `${schema}.${quoted('objects')}`, folder: LAKE.events, of: delivered },
    { name: `${schema}.${quoted('objects_compacted')}`, folder: LAKE.compacted, of: compacted },
  ] as const;
  for (const { name, folder, of } of tables) {
    if ((await listOrNone(resolve(lake, folder))).length === 0) continue;
    await createWhereMissing(session, `create schema if not exists ${schema}`);
    await createWhereMissing(session, `create table if not exists ${name} ${of}`);
  }
  return {
    name: tables[0].name,
    location,
    compacted: {
      name: tables[1].name,
      files: (of) => filesIn(LAKE.compacted, of, (folder) => listFiles(lake, folder)),
    },
  };
}

/** Both partition columns are injected: no catalogue lists them and no range of dates can hide one. */
function definition(location: string, folder: string, read: readonly Column[]): string {
  const columns = read.map(({ name, type }) => `${quoted(name)} ${trinoType(type)}`);
  const injected = EVENT_PARTITION_COLUMNS.map(
    ({ name, type }) => `${quoted(name)} ${trinoType(type)} with (partition_projection_type = 'injected')`,
  );
  const folders = EVENT_PARTITION_COLUMNS.map(({ name }) => `${name}=\${${name}}`);
  const template = [lakePath(location, folder), ...folders].join('/');
  return `(${[...columns, ...injected].join(', ')}) with (
    external_location = ${sqlText(lakePath(location, folder))}, format = 'PARQUET',
    partitioned_by = array[${EVENT_PARTITION_COLUMNS.map(({ name }) => sqlText(name)).join(', ')}],
    partition_projection_enabled = true, partition_projection_location_template = ${sqlText(template)})`;
}
