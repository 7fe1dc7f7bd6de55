/** What to write instead of functions that are not proven equal, by their names with blanks between. */
export const INSTEAD_OF: Readonly<Record<string, string>> = {
  avg: 'cast(sum(x) as decimal(38, 0)) and count(x), divided after the query',
  'arbitrary any_value max_by min_by arg_max arg_min first last nth_value':
    'row_number() and max(case when place = 1 then x end)',
  'string_agg listagg list group_concat': "array_join(array_agg(x order by x), ',')",
  'percentile_cont percentile_disc quantile quantile_cont median approx_percentile approx_quantile mad':
    'row_number() against 95 × count',
  'approx_distinct approx_count_distinct': 'count(distinct x)',
  'regexp_like regexp_matches regexp_extract regexp_extract_all regexp_replace regexp_split regexp_count':
    'like … escape, strpos, split_part or a column: the engines read patterns otherwise',
  'transform reduce filter any_match all_match none_match array_distinct array_position array_sort list_contains':
    'cross join unnest(x) as t(y)',
  'json_extract json_extract_scalar json_extract_string json_value json_query json_parse json_format json_array_length':
    'element_at(attributes, key) or a column: text that is no JSON gives other answers',
  'date_part datepart dow': 'extract(year from x), day_of_week(x)',
  'date_sub datediff dateadd age': "date_add('day', n, x), date_diff('day', a, b)",
  'strftime format_datetime to_char to_iso8601': "date_format(x, '%Y-%m-%d')",
  'strptime date_parse parse_datetime from_iso8601_timestamp from_iso8601_date to_timestamp from_unixtime':
    'a column of type timestamp',
  'epoch epoch_ms to_unixtime': "date_diff('millisecond', a, b)",
  'now today random rand uuid gen_random_uuid current_timestamp': 'a window: an answer must be repeatable',
  upper: 'lower(x): ß and others have no capital on one engine',
  'typeof format printf hash md5 sha256': 'nothing: results differ in digits or text',
  'sqrt ln log log10 log2 exp power pow cbrt sin cos tan corr stddev variance':
    'integers, and the figure after the query: the last digits differ',
  ceiling: 'ceil',
  'truncate trunc': 'floor, or integers',
  date: 'cast(x as date)',
  try: 'nullif(x, 0) below a division, and casts of what always can be',
  len: 'length, or cardinality of an array',
};
