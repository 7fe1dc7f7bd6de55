import type { ColumnType } from '../../../model/index.js';

/** The Trino spelling of a column type. Timestamps are milliseconds: Trino's Hive connector would round what is finer. */
export function trinoType(type: ColumnType): string {
  if (type === 'timestamp') return 'timestamp(3)';
  if (typeof type === 'string') return type;
  if ('decimal' in type) return `decimal(${type.decimal[0]}, ${type.decimal[1]})`;
  if ('array' in type) return `array(${trinoType(type.array)})`;
  if ('map' in type) return `map(${trinoType(type.map[0])}, ${trinoType(type.map[1])})`;
  return `row(${type.struct.map((field) => `"${field.name}" ${trinoType(field.type)}`).join(', ')})`;
}
