import type { Column, ColumnType } from './Column.js';

/** A column type as the documentation writes it (Trino's spelling). */
export function typeName(type: ColumnType): string {
  if (typeof type === 'string') return type;
  if ('decimal' in type) return `decimal(${type.decimal[0]},${type.decimal[1]})`;
  if ('array' in type) return `array<${typeName(type.array)}>`;
  if ('map' in type) return `map<${typeName(type.map[0])},${typeName(type.map[1])}>`;
  return `struct<${type.struct.map((field) => `${field.name} ${typeName(field.type)}`).join(', ')}>`;
}

/** A Markdown table of columns, for docs/tables.md; a test holds the page to it. */
export function docsTable(columns: readonly Column[]): string {
  const rows = columns.map((column) => `| \`${column.name}\` | ${typeName(column.type)} | ${column.description} |`);
  return ['| column | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
