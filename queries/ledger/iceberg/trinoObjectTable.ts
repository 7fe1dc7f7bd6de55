import { createHash } from 'node:crypto';
import { type Column, EVENT_COLUMNS, EVENT_PARTITION_COLUMNS, LAKE } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { lakePath } from '../../engines/trino/lakeTables.js';
import { trinoType } from '../../engines/trino/trinoType.js';
import { quoted } from './IcebergPlace.js';
import { BOOKED_LINE_COLUMNS } from './linesSql.js';
import type { ObjectTable } from './ObjectTable.js';

/** Columns of the event table that a booking reads. */
const READ_COLUMNS: readonly Column[] = EVENT_COLUMNS.filter(({ name }) =>
  ['schema_version', ...BOOKED_LINE_COLUMNS].includes(name),
);

/**
 * The table in a Hive catalogue of Trino, and the statements that make it where it is not there. Both partition columns are
 * injected: no catalogue lists them and no range of dates can hide one. The schema is named by all that makes the table.
 */
export function trinoObjectTable(
  catalog: string,
  location: string,
): ObjectTable & { readonly create: readonly string[] } {
  const columns = READ_COLUMNS.map(({ name, type }) => `${quoted(name)} ${trinoType(type)}`);
  const injected = EVENT_PARTITION_COLUMNS.map(
    ({ name, type }) => `${quoted(name)} ${trinoType(type)} with (partition_projection_type = 'injected')`,
  );
  const folders = EVENT_PARTITION_COLUMNS.map(({ name }) => `${name}=\${${name}}`);
  const template = [lakePath(location, LAKE.events), ...folders].join('/');
  const definition = `(${[...columns, ...injected].join(', ')}) with (
    external_location = ${sqlText(lakePath(location, LAKE.events))}, format = 'PARQUET',
    partitioned_by = array[${EVENT_PARTITION_COLUMNS.map(({ name }) => sqlText(name)).join(', ')}],
    partition_projection_enabled = true, partition_projection_location_template = ${sqlText(template)})`;
  const digest = createHash('sha256').update(definition).digest('hex').slice(0, 12);
  const schema = `${quoted(catalog)}.${quoted(`tenantscope_objects_${digest}`)}`;
  const name = `${schema}.${quoted('objects')}`;
  return {
    name,
    location,
    create: [`create schema if not exists ${schema}`, `create table if not exists ${name} ${definition}`],
  };
}
