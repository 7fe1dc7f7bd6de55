import type { Column, ColumnType, IcebergTable } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { type IcebergPlace, quoted, tableIn } from './IcebergPlace.js';

/** Iceberg's spelling in Trino's statements. Iceberg has microseconds and no other precision. */
export function icebergType(type: ColumnType): string {
  if (type === 'timestamp') return 'timestamp(6)';
  if (typeof type === 'string') return type;
  if ('decimal' in type) return `decimal(${type.decimal[0]}, ${type.decimal[1]})`;
  if ('array' in type) return `array(${icebergType(type.array)})`;
  if ('map' in type) return `map(${icebergType(type.map[0])}, ${icebergType(type.map[1])})`;
  return `row(${type.struct.map((field) => `${quoted(field.name)} ${icebergType(field.type)}`).join(', ')})`;
}

/** Makes the schema, where it is not there. Of Athena it is a database, which whoever deploys the catalogue makes. */
export function createSchema(place: IcebergPlace): string {
  if (place.dialect === 'athena') return `CREATE DATABASE IF NOT EXISTS ${hive(place.schema)}`;
  return `create schema if not exists ${quoted(place.catalog)}.${quoted(place.schema)}`;
}

/** Makes a table, where it is not there. */
export function createTable(place: IcebergPlace, table: IcebergTable): string {
  if (place.dialect === 'trino') {
    const columns = table.columns.map(({ name, type }) => `${quoted(name)} ${icebergType(type)}`).join(', ');
    return `create table if not exists ${tableIn(place, table.name)} (${columns}) with (${trinoProperties(place, table.name, table.partitionedBy)})`;
  }
  // DDL of Athena is Hive's: back quotes, and types without precision.
  const columns = table.columns.map(({ name, type }) => `  ${hive(name)} ${hiveType(type)}`).join(',\n');
  return [
    `CREATE TABLE IF NOT EXISTS ${hive(place.schema)}.${hive(table.name)} (`,
    columns,
    ')',
    `PARTITIONED BY (${table.partitionedBy.map(hive).join(', ')})`,
    `LOCATION ${sqlText(`${place.warehouse}/${table.name}/`)}`,
    "TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd')",
  ].join('\n');
}

/** Makes a table of the rows of a query, or fails when it is there: of several at once one succeeds. */
export function createTableAs(
  place: IcebergPlace,
  name: string,
  query: string,
  partitionedBy: readonly string[] = [],
): string {
  const properties =
    place.dialect === 'trino'
      ? trinoProperties(place, name, partitionedBy)
      : [
          "table_type = 'ICEBERG', is_external = false, format = 'PARQUET'",
          `location = ${sqlText(`${place.warehouse}/${name}/`)}`,
          ...partitioning(partitionedBy),
        ].join(', ');
  return `create table ${tableIn(place, name)} with (${properties}) as ${query}`;
}

/** Removes a table and its files. */
export function dropTable(place: IcebergPlace, name: string): string {
  if (place.dialect === 'athena') return `DROP TABLE IF EXISTS ${hive(place.schema)}.${hive(name)}`;
  return `drop table if exists ${tableIn(place, name)}`;
}

/** Removes a schema that has no tables any more. */
export function dropSchema(place: IcebergPlace): string {
  if (place.dialect === 'athena') return `DROP DATABASE IF EXISTS ${hive(place.schema)}`;
  return `drop schema if exists ${quoted(place.catalog)}.${quoted(place.schema)}`;
}

/** The columns of a query in the types Iceberg keeps them in, in order. */
export function castTo(columns: readonly Column[], query: string): string {
  const list = columns.map(({ name, type }) => `cast(${quoted(name)} as ${icebergType(type)}) as ${quoted(name)}`);
  return `select ${list.join(', ')} from (${query})`;
}

function trinoProperties(
  { warehouse }: Extract<IcebergPlace, { dialect: 'trino' }>,
  name: string,
  partitionedBy: readonly string[],
): string {
  const location = warehouse === undefined ? [] : [`location = ${sqlText(`${warehouse}/${name}`)}`];
  return ["format = 'PARQUET'", ...location, ...partitioning(partitionedBy)].join(', ');
}

function partitioning(columns: readonly string[]): readonly string[] {
  return columns.length === 0 ? [] : [`partitioning = array[${columns.map(sqlText).join(', ')}]`];
}

const hive = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

function hiveType(type: ColumnType): string {
  if (type === 'varchar') return 'string';
  if (type === 'integer') return 'int';
  if (typeof type === 'string') return type;
  if ('decimal' in type) return `decimal(${type.decimal[0]},${type.decimal[1]})`;
  if ('array' in type) return `array<${hiveType(type.array)}>`;
  if ('map' in type) return `map<${hiveType(type.map[0])},${hiveType(type.map[1])}>`;
  return `struct<${type.struct.map((field) => `${field.name}:${hiveType(field.type)}`).join(',')}>`;
}
