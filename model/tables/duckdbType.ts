import type { Column, ColumnType } from './Column.js';

const SIMPLE = {
  varchar: 'VARCHAR',
  bigint: 'BIGINT',
  integer: 'INTEGER',
  double: 'DOUBLE',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
} as const;

/** The DuckDB spelling of a column type. */
export function duckdbType(type: ColumnType): string {
  if (typeof type === 'string') return SIMPLE[type];
  if ('decimal' in type) return `DECIMAL(${type.decimal[0]}, ${type.decimal[1]})`;
  if ('array' in type) return `${duckdbType(type.array)}[]`;
  if ('map' in type) return `MAP(${duckdbType(type.map[0])}, ${duckdbType(type.map[1])})`;
  return `STRUCT(${type.struct.map((field) => `${field.name} ${duckdbType(field.type)}`).join(', ')})`;
}

/** The column list of a DuckDB `CREATE TABLE`. */
export function duckdbColumnList(columns: readonly Column[]): string {
  return columns.map((column) => `${column.name} ${duckdbType(column.type)}`).join(', ');
}

/** The `columns = {…}` argument of DuckDB's `read_json`, which turns schema guessing off. */
export function duckdbReadColumns(columns: readonly Column[]): string {
  return `{${columns.map((column) => `${column.name}: '${duckdbType(column.type)}'`).join(', ')}}`;
}
