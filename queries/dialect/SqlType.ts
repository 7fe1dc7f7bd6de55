import type { ColumnType } from '../../model/index.js';

/**
 * The type of an expression. `null` is that of a bare NULL; `unknown` that of what was refused, and fits everything; `wide`
 * that of a sum of integers, BIGINT to Trino and HUGEINT to DuckDB, which has to be cast before it is anything else.
 */
export type SqlType =
  | Extract<ColumnType, string>
  | 'boolean'
  | 'wide'
  | 'null'
  | 'unknown'
  | { readonly decimal: readonly [precision: number, scale: number] }
  | { readonly array: SqlType }
  | { readonly map: readonly [SqlType, SqlType] }
  | { readonly struct: true };

/** Types whose values can be compared and mixed. */
export type Family = 'text' | 'number' | 'time' | 'boolean' | 'nested' | 'any';

/** The family of a type. */
export function familyOf(type: SqlType): Family {
  if (typeof type !== 'string') return 'decimal' in type ? 'number' : 'nested';
  switch (type) {
    case 'varchar':
      return 'text';
    case 'bigint':
    case 'integer':
    case 'double':
    case 'wide':
      return 'number';
    case 'timestamp':
    case 'date':
      return 'time';
    case 'boolean':
      return 'boolean';
    default:
      return 'any';
  }
}

/** True for BIGINT and INTEGER. */
export const isWhole = (type: SqlType): boolean => type === 'bigint' || type === 'integer';

/** True for a DECIMAL. */
export const isDecimal = (type: SqlType): type is { readonly decimal: readonly [number, number] } =>
  typeof type === 'object' && 'decimal' in type;

/** The type as SQL writes it. */
export function typeText(type: SqlType): string {
  if (typeof type === 'string') return type;
  if ('decimal' in type) return `decimal(${type.decimal[0]}, ${type.decimal[1]})`;
  if ('array' in type) return `array(${typeText(type.array)})`;
  if ('map' in type) return `map(${type.map.map(typeText).join(', ')})`;
  return 'row';
}

/** The type of a table's column. */
export function ofColumn(type: ColumnType): SqlType {
  if (typeof type === 'string') return type;
  if ('decimal' in type) return type;
  if ('array' in type) return { array: ofColumn(type.array) };
  if ('map' in type) return { map: [ofColumn(type.map[0]), ofColumn(type.map[1])] };
  return { struct: true };
}

/**
 * The type that holds values of both: the branches of a CASE, the sides of a UNION. Undefined where there is none; DuckDB
 * would convert one into the other, Trino refuses.
 */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a === 'unknown' || b === 'unknown') return 'unknown';
  if (a === 'null') return b;
  if (b === 'null') return a;
  const family = familyOf(a);
  if (family !== familyOf(b)) return undefined;
  if (family === 'number') return commonNumber(a, b);
  if (family === 'time') return a === b ? a : 'timestamp';
  if (family === 'nested') return typeText(a) === typeText(b) ? a : undefined;
  return a;
}

function commonNumber(a: SqlType, b: SqlType): SqlType {
  if (a === 'wide' || b === 'wide') return 'wide';
  if (a === 'double' || b === 'double') return 'double';
  if (!isDecimal(a) && !isDecimal(b)) return a === 'bigint' || b === 'bigint' ? 'bigint' : 'integer';
  const [[p1, s1], [p2, s2]] = [digitsOf(a), digitsOf(b)];
  const scale = Math.max(s1, s2);
  return { decimal: [Math.min(38, Math.max(p1 - s1, p2 - s2) + scale), scale] };
}

/** Precision and scale of a number that is exact. */
export function digitsOf(type: SqlType): readonly [precision: number, scale: number] {
  if (isDecimal(type)) return type.decimal;
  return type === 'integer' ? [10, 0] : [19, 0];
}
