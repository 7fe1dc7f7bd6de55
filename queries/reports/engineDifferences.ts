/** A construct whose meaning differs between the engines, or that one of them lacks. */
export interface EngineDifference {
  /** Matched against the statement without comments, in which only units of time are left of the literals. */
  readonly pattern: RegExp;
  readonly what: string;
  readonly instead: string;
}

const of = (pattern: RegExp, what: string, instead: string): EngineDifference => ({ pattern, what, instead });

/**
 * What a report may not use, measured on DuckDB 1.5 and Trino 476. Either engine takes some of these with another result
 * and no error, which is the worst a report can do.
 */
export const ENGINE_DIFFERENCES: readonly EngineDifference[] = [
  of(/"|`|\$\$/, 'quoted names', 'plain names in lower case'),
  of(/;/, 'a semicolon', 'one statement without it: Trino refuses it'),
  of(/\//, 'division', 'sums, divided after the query (integer, decimal and zero differ)'),
  of(/\bavg\s*\(/i, 'avg', 'cast(sum(x) as decimal(38, 0)) and count(x), divided after the query'),
  of(/%/, '%', 'mod of positive integers checked for zero, after the query'),
  of(
    /(?<!\bcast\(|\bcoalesce\(|\bhaving )\bsum\s*\(/i,
    'sum without a cast',
    'cast(sum(x) as bigint) or as decimal(38, 0): DuckDB gives HUGEINT',
  ),
  of(/\bdistinct\s+on\b/i, 'distinct on', 'row_number() over (partition by … order by …) = 1'),
  of(/\bqualify\b/i, 'qualify', 'a subquery with row_number() and a condition on it'),
  of(/\b(?:group|order)\s+by\s+all\b/i, 'group by all, order by all', 'the expressions themselves'),
  of(/\bselect\s+\*|\bselect\s+\w+\.\*/i, 'select *', 'the columns by name: a new column would change the answer'),
  of(/\bexclude\s*\(|\breplace\s*\(\s*\w+\s+as\b/i, '* exclude, * replace', 'the columns by name'),
  of(/::/, 'the cast ::', 'cast(x as type)'),
  of(/\bilike\b/i, 'ilike', 'lower(x) like lower(y)'),
  of(
    /\b(?:greatest|least)\s*\(/i,
    'greatest, least',
    'case when a is null or b is null then null when a > b then a else b end',
  ),
  of(
    /\b(?:arbitrary|max_by|min_by|first|last|any_value)\s*\(/i,
    'arbitrary, max_by, first',
    'row_number() and max(case when place = 1 then x end)',
  ),
  of(/\bcount_if\s*\(/i, 'count_if', 'cast(sum(case when c then 1 else 0 end) as bigint)'),
  of(/\bconcat\s*\(/i, 'concat', '||: with NULL the engines differ'),
  of(
    /\bsplit_part\s*\(|\bregexp_\w+\s*\(/i,
    'split_part, regexp_*',
    'like … escape, strpos or a column: no match gives other values',
  ),
  of(/\bif\s*\(/i, 'if', 'case when … then … else … end'),
  of(
    /\b(?:string_agg|listagg|list|group_concat)\s*\(/i,
    'string_agg, listagg',
    "array_join(array_agg(x order by x), ',') after the query",
  ),
  of(
    /\b(?:percentile_cont|percentile_disc|quantile\w*|median|approx_\w+|mad)\s*\(/i,
    'percentile and approx functions',
    'row_number() against 95 × count',
  ),
  of(
    /\b(?:transform|list_\w+|reduce|any_match|all_match|none_match|array_distinct|array_position|element_at|contains|cardinality|map_\w+)\s*\(/i,
    'array functions',
    'cross join unnest(x) as t(y)',
  ),
  of(/\bunnest\s*\([^()]*,/i, 'unnest of two arrays', 'one array at a time'),
  of(
    /\bdate_diff\s*\(\s*(?!'day'|'millisecond')/i,
    "date_diff of other units than 'day' of dates and 'millisecond'",
    "date_diff('millisecond', a, b), or of two dates in days",
  ),
  of(
    /\b(?:date_add|date_sub|datediff|dateadd|date_part|extract|dow|day_of_week|strftime|strptime|date_parse|date_format|format_datetime|epoch\w*|to_unixtime|from_unixtime|to_timestamp|age)\s*\(/i,
    'date functions',
    'date_trunc, casts to date, date_diff',
  ),
  of(/\binterval\b|\bat\s+time\s+zone\b/i, 'interval, at time zone', 'the bounds of the window; all times are UTC'),
  of(
    /\b(?:now|current_timestamp|current_date|localtime\w*|today|random|rand|uuid)\b/i,
    'the present and chance',
    'a window: an answer must be repeatable',
  ),
  of(/\bjson_\w+\s*\(|->/i, 'JSON functions', 'a column of the table'),
  of(
    /\b(?:typeof|format|width_bucket|log10|cbrt|sin|corr|mad|hash|upper|lower_inf)\s*\(/i,
    'this function',
    'nothing: results differ in digits or text',
  ),
  of(/\bas\s+(?:varchar|char)\s*\(/i, 'varchar(n), char(n)', 'substr(x, 1, n)'),
  of(
    /\bas\s+(?:hugeint|ubigint|uinteger|text|string|float|real|timestamptz|list|struct)\s*\)/i,
    'a type of one engine',
    'bigint, decimal(38, 0), varchar, double, timestamp',
  ),
  of(/\b0x[0-9a-f]|\bx'|\b[eu]&?'/i, 'hexadecimal and escaped literals', 'decimal literals, plain text'),
  of(
    /\bignore\s+nulls\b|\bwith\s+ties\b|\basof\b|\bpivot\b|\bunpivot\b|\btablesample\b/i,
    'ignore nulls, with ties, asof, pivot, tablesample',
    'row_number() and case',
  ),
  of(/^\s*(?!select\b|with\b)\S/i, 'a statement that is no SELECT', 'one statement that begins with select or with'),
  of(/[^\t\n -~]/, 'a letter outside ASCII', 'plain names; text of any kind stands in quotes'),
];
