import { type Column, type HiveTable, locationTemplate, type PartitionColumn } from '../../../model/index.js';
import { sqlText } from '../sqlText.js';
import { trinoType } from './trinoType.js';

/** Trino's Hive connector calls them by these names; OpenX's reader of JSON passes over a blank line, Hive's own fails. */
const FORMATS: Readonly<Record<HiveTable['format'], string>> = { parquet: 'PARQUET', json: 'OPENX_JSON' };

/** The statement that makes an external table in Trino under this qualified name, where there is none of that name. */
export function trinoDdl(name: string, table: HiveTable): string {
  const columns = [...table.columns.map(columnOf), ...table.partitions.map(partitionOf)];
  return `create table if not exists ${name} (${columns.join(', ')}) with (${properties(table).join(', ')})`;
}

function properties(table: HiveTable): readonly string[] {
  const { location, format, partitions } = table;
  const plain = [`external_location = ${sqlText(location)}`, `format = ${sqlText(FORMATS[format])}`];
  if (partitions.length === 0) return plain;
  return [
    ...plain,
    `partitioned_by = array[${partitions.map((column) => sqlText(column.name)).join(', ')}]`,
    'partition_projection_enabled = true',
    `partition_projection_location_template = ${sqlText(locationTemplate(table))}`,
  ];
}

const columnOf = ({ name, type }: Column): string => `"${name}" ${trinoType(type)}`;

function partitionOf(column: PartitionColumn): string {
  const { projection } = column;
  const properties =
    projection.type === 'injected'
      ? ["partition_projection_type = 'injected'"]
      : [
          "partition_projection_type = 'date'",
          `partition_projection_range = array[${projection.range.map(sqlText).join(', ')}]`,
          "partition_projection_format = 'yyyy-MM-dd'",
          'partition_projection_interval = 1',
          "partition_projection_interval_unit = 'DAYS'",
        ];
  return `${columnOf(column)} with (${properties.join(', ')})`;
}
