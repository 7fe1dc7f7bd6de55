import { commonType, isDecimal, isWhole, type SqlType } from './SqlType.js';

/**
 * What an argument may be: `any` but an uncast sum, which `value` is, too. Literals: a list of words, one of them; `format`, of codes that print alike; `place`, a number from
 * 1; `part`, a text that is not empty.
 */
export type ArgumentKind =
  | 'value'
  | 'any'
  | 'text'
  | 'whole'
  | 'exact'
  | 'number'
  | 'double'
  | 'time'
  | 'boolean'
  | 'array'
  | 'map'
  | 'format'
  | 'place'
  | 'part'
  | readonly string[];

/** A function that gives equal results on DuckDB, with its macros, and on Trino. */
export interface ProvenFunction {
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly takes: readonly ArgumentKind[];
  /** How many of the last arguments may be left out, or how often the last may be repeated. */
  readonly optional?: number;
  readonly repeated?: number;
  /** The arguments must be of one type. */
  readonly alike?: true;
  readonly returns: (types: readonly SqlType[]) => SqlType;
  /** A macro on DuckDB: takes no DISTINCT and no FILTER there. */
  readonly macro?: true;
}

const always = (type: SqlType) => (): SqlType => type;
const first = ([type = 'unknown']: readonly SqlType[]): SqlType => type;
const last = (types: readonly SqlType[]): SqlType => types.at(-1) ?? 'unknown';
const common = (types: readonly SqlType[]): SqlType =>
  types.reduce<SqlType>((sofar, type) => commonType(sofar, type) ?? 'unknown', 'null');

const DATE_UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
/** Units that a DATE has, too. */
export const UNITS_OF_DATES: ReadonlySet<string> = new Set(DATE_UNITS);
const UNITS = ['second', 'minute', 'hour', ...DATE_UNITS] as const;
const FIELDS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;

const scalar = (
  takes: readonly ArgumentKind[],
  returns: ProvenFunction['returns'],
  more: Partial<ProvenFunction> = {},
): ProvenFunction => ({ kind: 'scalar', takes, returns, ...more });
const aggregate = (
  takes: readonly ArgumentKind[],
  returns: ProvenFunction['returns'],
  more: Partial<ProvenFunction> = {},
): ProvenFunction => ({ kind: 'aggregate', takes, returns, ...more });
const window = (
  takes: readonly ArgumentKind[],
  returns: ProvenFunction['returns'],
  more: Partial<ProvenFunction> = {},
): ProvenFunction => ({ kind: 'window', takes, returns, ...more });

const text = always('varchar');
const bigint = always('bigint');
const boolean = always('boolean');

/**
 * The functions a report may use. Each is held to a real Trino by test/queries/engines/duckdb/conformance.ndjson; one
 * without a fixture there fails the build.
 */
export const PROVEN_FUNCTIONS: Readonly<Record<string, ProvenFunction>> = {
  count: aggregate(['any'], bigint, { optional: 1 }),
  sum: aggregate(['exact'], ([type = 'unknown']) => (isDecimal(type) ? { decimal: [38, type.decimal[1]] } : 'wide')),
  min: aggregate(['any'], first),
  max: aggregate(['any'], first),
  bool_and: aggregate(['boolean'], boolean),
  bool_or: aggregate(['boolean'], boolean),
  every: aggregate(['boolean'], boolean, { macro: true }),
  count_if: aggregate(['boolean'], bigint, { macro: true }),
  array_agg: aggregate(['any'], ([type = 'unknown']) => ({ array: type })),

  row_number: window([], bigint),
  rank: window([], bigint),
  dense_rank: window([], bigint),
  ntile: window(['whole'], bigint),
  lag: window(['any', 'whole', 'any'], first, { optional: 2 }),
  lead: window(['any', 'whole', 'any'], first, { optional: 2 }),
  first_value: window(['any'], first),
  last_value: window(['any'], first),

  coalesce: scalar(['value'], common, { repeated: 100, alike: true }),
  nullif: scalar(['any', 'any'], first, { alike: true }),
  if: scalar(
    ['boolean', 'any', 'any'],
    ([, then = 'unknown', otherwise = 'unknown']) => commonType(then, otherwise) ?? 'unknown',
  ),
  greatest: scalar(['any', 'any'], common, { repeated: 2, alike: true }),
  least: scalar(['any', 'any'], common, { repeated: 2, alike: true }),

  length: scalar(['text'], bigint),
  lower: scalar(['text'], text),
  trim: scalar(['text'], text),
  ltrim: scalar(['text'], text),
  rtrim: scalar(['text'], text),
  substr: scalar(['text', 'whole', 'whole'], text, { optional: 1 }),
  substring: scalar(['text', 'whole', 'whole'], text, { optional: 1 }),
  concat: scalar(['text', 'text'], text, { repeated: 2 }),
  replace: scalar(['text', 'part', 'text'], text),
  strpos: scalar(['text', 'text'], bigint),
  starts_with: scalar(['text', 'text'], boolean),
  split_part: scalar(['text', 'part', 'place'], text),
  lpad: scalar(['text', 'place', 'part'], text),
  rpad: scalar(['text', 'place', 'part'], text),
  translate: scalar(['text', 'text', 'text'], text),

  abs: scalar(['number'], first),
  sign: scalar(['whole'], first),
  mod: scalar(['whole', 'whole'], common),
  round: scalar(['double'], always('double')),
  floor: scalar(['double'], always('double')),
  ceil: scalar(['double'], always('double')),

  date_trunc: scalar([UNITS, 'time'], last),
  date_diff: scalar([['millisecond', ...UNITS], 'time', 'time'], bigint, { alike: true }),
  // Not in milliseconds: Trino keeps the precision a timestamp has, and a literal may have none.
  date_add: scalar([UNITS, 'whole', 'time'], last),
  extract: scalar([FIELDS, 'time'], bigint),
  year: scalar(['time'], bigint),
  quarter: scalar(['time'], bigint),
  month: scalar(['time'], bigint),
  week: scalar(['time'], bigint),
  day: scalar(['time'], bigint),
  hour: scalar(['time'], bigint),
  minute: scalar(['time'], bigint),
  second: scalar(['time'], bigint),
  day_of_week: scalar(['time'], bigint),
  day_of_month: scalar(['time'], bigint),
  day_of_year: scalar(['time'], bigint),
  date_format: scalar(['time', 'format'], text),

  map: scalar(['array', 'array'], ([keys = 'unknown', values = 'unknown']) =>
    typeof keys === 'object' && 'array' in keys && typeof values === 'object' && 'array' in values
      ? { map: [keys.array, values.array] }
      : 'unknown',
  ),
  cardinality: scalar(['any'], bigint),
  contains: scalar(['array', 'any'], boolean),
  element_at: scalar(['map', 'any'], ([type = 'unknown']) =>
    typeof type === 'object' && 'map' in type ? type.map[1] : 'unknown',
  ),
  array_join: scalar(['array', 'text'], text),
};

/** Whether a type is what an argument may be. */
export function fits(kind: ArgumentKind, type: SqlType): boolean {
  if (type === 'unknown' || type === 'null') return true;
  switch (kind) {
    case 'text':
      return type === 'varchar';
    case 'whole':
    case 'place':
      return isWhole(type);
    case 'exact':
      return isWhole(type) || isDecimal(type);
    case 'number':
      return isWhole(type) || isDecimal(type) || type === 'double';
    case 'double':
    case 'boolean':
      return type === kind;
    case 'time':
      return type === 'timestamp' || type === 'date';
    case 'array':
    case 'map':
      return typeof type === 'object' && kind in type;
    case 'any':
      return type !== 'wide';
    case 'value':
      return true;
    default:
      return type === 'varchar';
  }
}
