import type { Column } from './Column.js';
import type { HiveTable } from './HiveTable.js';
import { hiveProperties, hiveStorage } from './hiveStorage.js';
import { hiveType } from './hiveType.js';

/**
 * The statement that makes a table in Athena (engine version 3). DDL of Athena is Hive's: names in back quotes, text in
 * single quotes with a backslash before a quote.
 *
 * @example
 * athenaDdl('tenantscope', eventTable('s3://lake/events', ['2026-01-01', 'NOW+1DAYS']));
 */
export function athenaDdl(database: string, table: HiveTable): string {
  const storage = hiveStorage(table);
  const { EXTERNAL: _, ...properties } = hiveProperties(table);
  const lines = [
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${name(database)}.${name(table.name)} (`,
    columnList(table.columns),
    ')',
    ...(table.partitions.length === 0 ? [] : ['PARTITIONED BY (', columnList(table.partitions), ')']),
    `ROW FORMAT SERDE ${text(storage.serializationLibrary)}`,
    `STORED AS INPUTFORMAT ${text(storage.inputFormat)}`,
    `OUTPUTFORMAT ${text(storage.outputFormat)}`,
    `LOCATION ${text(`${table.location}/`)}`,
    'TBLPROPERTIES (',
    Object.entries(properties)
      .map(([key, value]) => `  ${text(key)} = ${text(value)}`)
      .join(',\n'),
    ')',
  ];
  return lines.join('\n');
}

const name = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``;
const text = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
const columnList = (columns: readonly Column[]): string =>
  columns.map((column) => `  ${name(column.name)} ${hiveType(column.type)}`).join(',\n');
