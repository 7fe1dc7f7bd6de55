import type { ColumnType } from './Column.js';

const SIMPLE = {
  varchar: 'string',
  bigint: 'bigint',
  integer: 'int',
  double: 'double',
  timestamp: 'timestamp',
  date: 'date',
} as const;

/** The spelling of a column type in Glue and in Athena's DDL, which is Hive's. */
export function hiveType(type: ColumnType): string {
  if (typeof type === 'string') return SIMPLE[type];
  if ('decimal' in type) return `decimal(${type.decimal[0]},${type.decimal[1]})`;
  if ('array' in type) return `array<${hiveType(type.array)}>`;
  if ('map' in type) return `map<${hiveType(type.map[0])},${hiveType(type.map[1])}>`;
  return `struct<${type.struct.map((field) => `${field.name}:${hiveType(field.type)}`).join(',')}>`;
}
