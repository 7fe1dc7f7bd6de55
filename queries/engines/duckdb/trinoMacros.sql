-- What DuckDB says otherwise than Trino, said Trino's way. One statement a macro; a macro that calls the built-in of its own
-- name writes system.main.name. Only what a report may use stands here (queries/dialect/provenFunctions.ts); each is held
-- to Trino by the fixtures of test/queries/engines/duckdb/.
--
-- Not here, and refused by lint instead: "/" and "%" for a divisor of zero, since a macro over an operator takes 2-3 µs a row
-- of decimals and half again the time of a division of integers, in every statement, for what nullif(x, 0) says as well;
-- regular expressions, JSON and text of numbers, where no macro makes the engines read alike.

-- DuckDB leaves out a NULL; in Trino it makes the whole NULL.
create macro greatest
  (a, b) as case when a is null or b is null then null else system.main.greatest(a, b) end,
  (a, b, c) as case when a is null or b is null or c is null then null else system.main.greatest(a, b, c) end,
  (a, b, c, d) as case
    when a is null or b is null or c is null or d is null then null else system.main.greatest(a, b, c, d) end;
create macro least
  (a, b) as case when a is null or b is null then null else system.main.least(a, b) end,
  (a, b, c) as case when a is null or b is null or c is null then null else system.main.least(a, b, c) end,
  (a, b, c, d) as case
    when a is null or b is null or c is null or d is null then null else system.main.least(a, b, c, d) end;
create macro concat (a, b) as a || b, (a, b, c) as a || b || c, (a, b, c, d) as a || b || c || d;

-- 0 over nothing, not NULL.
create macro count_if(x) as count(*) filter (where x);
create macro every(x) as bool_and(x);

-- A start of 0, before the text, or a negative length give an empty text. Written so that a literal start leaves nothing to
-- ask for each row.
create macro substr
  (s, p) as case when p <= 0 and (p = 0 or p < -length(s)) then '' else system.main.substr(s, p) end,
  (s, p, n) as case
    when n <= 0 or (p <= 0 and (p = 0 or p < -length(s))) then '' else system.main.substr(s, p, n) end;
create macro substring (s, p) as substr(s, p), (s, p, n) as substr(s, p, n);
-- NULL past the last part, not an empty text.
create macro split_part(s, d, i) as string_split(s, d)[i];

create macro element_at(m, k) as m[k];
create macro contains(a, x) as case
  when list_contains(a, x) then true when len(a) > list_count(a) then null else list_contains(a, x) end;
create macro cardinality(x) as cast(case json_type(to_json(x))
  when 'ARRAY' then json_array_length(to_json(x)) when 'OBJECT' then len(json_keys(to_json(x))) end as bigint);
create macro array_join(a, s) as array_to_string(a, s);

-- Whole units between, not boundaries crossed; a date stays a date.
create macro date_diff(u, a, b) as date_sub(u, a, b);
create macro date_add(u, n, t) as cast_to_type(t + n * cast('1 ' || u as interval), t);
create macro date_trunc(u, t) as cast_to_type(system.main.date_trunc(u, t), t);
create macro day_of_week(t) as isodow(t);
create macro day_of_month(t) as dayofmonth(t);
create macro day_of_year(t) as dayofyear(t);
-- MySQL's codes, as Trino has them; those that are the same in both engines stay.
create macro date_format(t, f) as strftime(t, replace(replace(replace(f, '%i', '%M'), '%s', '%S'), '%T', '%H:%M:%S'));
