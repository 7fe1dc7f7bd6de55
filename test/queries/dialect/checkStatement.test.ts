import { describe, expect, it } from 'vitest';
import { checkStatement, readStatement, VIEW_SHAPES } from '../../../queries/dialect/index.js';

/** What is wrong with a statement on the views, each finding with where it points. */
function check(sql: string): string {
  const { query, findings } = readStatement(sql, () => undefined);
  const checked = query === undefined ? [] : checkStatement(query, VIEW_SHAPES).findings;
  return [...findings, ...checked].map(({ message, at = 0 }) => `${sql.slice(at, at + 12)} … ${message}`).join('\n');
}

/** The same for one value computed from one row of the ledger. */
const value = (expression: string, from = 'ledger'): string =>
  check(`select ${expression} as v from ${from} order by v`);

describe('rule 1: constructs that one engine lacks or takes otherwise', () => {
  it.each([
    ['array[1, 2][1]', /x\[i\]: use element_at/],
    ['try_cast(service as bigint)', /try_cast: use cast/],
    ['try(events)', /try is not proven.*nullif/],
    ["regexp_like(service, 'a')", /regexp_like is not proven.*like … escape/],
    ["json_extract_scalar(service, '$.a')", /json_extract_scalar is not proven.*element_at/],
    ['max_by(service, events)', /max_by is not proven.*row_number/],
    ['upper(service)', /upper is not proven.*lower\(x\)/],
    ['sqrt(events)', /sqrt is not proven.*after the query/],
    ['md5(service)', /md5 is not proven/],
    ['lenght(service)', /lenght is not proven.*use length, if that is what you mean/],
    ['current_timestamp', /current_timestamp: use a window/],
    ['now()', /now is not proven.*repeatable/],
    ['random()', /random is not proven.*repeatable/],
    ['(select 1 as one) = any (select 1 as one)', /not one SELECT|any or all/],
    ['trim(both from service)', /trim of given letters/],
    ["position('a' in service)", /position … in: use strpos/],
    ['substring(service from 2)', /substring … from: use substr/],
    ["u&'a'", /escaped literals|is not Trino/],
    ['1_000', /1_000: use decimal digits/],
    ['row(1, 2)', /row: use what docs\/reports\.md lists/],
    ["replace(service, '', 'x')", /replace takes a text in quotes that is not empty/],
    ["split_part(service, '/', 0)", /split_part takes a number from 1/],
    ["split_part(service, '/', events)", /split_part takes a number from 1/],
    ["service like 'a' escape ''", /escape takes one letter/],
    ['element_at(array[1], 1)', /element_at takes a map, not array\(integer\)/],
    ['array_agg(service)', /array_agg needs an order inside/],
    ['lag(events) ignore nulls over (order by events)', /ignore nulls/],
    ['row_number() over ()', /row_number needs an order/],
    ['row_number()', /row_number needs over/],
    ['rank() over (order by events range between 1 preceding and current row)', /a frame of range or groups/],
    ['99999999999999999999', /a number of at most 64 bits/],
  ])('%s', (expression, message) => {
    expect(value(expression)).toMatch(message);
  });

  it.each([
    ['select service from ledger natural join tenants order by service', /natural join: use join … on/],
    ['select l.service from ledger l join tenants using (tenant_id) order by l.service', /using: use on a\.x = b\.x/],
    ['select service from ledger tablesample bernoulli (10) order by service', /tablesample.*repeatable/],
    ['select l.service from ledger l, lateral (select l.service as x) y order by l.service', /lateral in from/],
    ['select service from ledger semi join tenants t on true order by service', /the name semi for a table/],
    ['select service from (table ledger) x order by service', /table: use select/],
    ['select u.a from unnest(array[1], array[2]) u(a) order by u.a', /unnest of two arrays|names for/],
    ['select x from (values 1, 2) t(x) order by x', /values without parentheses/],
    ['with recursive r as (select 1 as x) select x from r order by x', /with recursive/],
    ['select service from ledger group by rollup (service) order by service', /grouping sets, rollup, cube/],
    ['select * from ledger order by service', /select \*: use the columns by name/],
    ['select l.* from ledger l order by l.service', /select \*: use the columns by name/],
    ['select service from ledger order by service offset 2', /offset/],
    ['select service from ledger order by service fetch first 2 rows only', /fetch first: use limit/],
    ["select service from ledger for timestamp as of timestamp '2026-01-01 00:00:00' order by 1", /for version/],
    ['select service from ledger where events = ? order by service', /\?: use a parameter/],
    ['select u.x from events e cross join unnest(e.usage) as u(x) order by u.x', /unnest of rows: read event_usage/],
  ])('%s', (sql, message) => {
    expect(check(sql)).toMatch(message);
  });
});

describe('rule 2: sums are cast, nothing is divided by what can be 0', () => {
  it.each([
    ['sum(events)', /sum without a cast/],
    ['sum(events) * 2', /sum without a cast/],
    ['coalesce(sum(events), 0)', /sum without a cast/],
    ['max(events) + sum(events)', /sum without a cast/],
    ['greatest(sum(events), 1)', /a sum only when it is cast/],
    ['avg(events)', /avg is not proven.*divided after the query/],
    ['events / 0', /division by what can be 0/],
    ['events / events', /division by what can be 0: use nullif/],
    ['events % manifest', /division by what can be 0/],
    ['mod(events, manifest)', /mod by what can be 0/],
    ['quantity_micros / 2', /division of decimal\(38, 0\) by integer/],
    ['quantity_micros * 2', /a product of decimal\(38, 0\) and integer: cast both/],
    ['quantity_micros * cast(2 as decimal(10, 2))', /a product of/],
  ])('%s', (expression, message) => {
    expect(value(expression)).toMatch(message);
  });

  it.each([
    'cast(sum(events) as bigint)',
    'cast(coalesce(sum(events), 0) as decimal(38, 0))',
    'sum(events) > 5',
    'events / 1000',
    'events / nullif(manifest, 0)',
    'events % 7',
    'quantity_micros * cast(2 as decimal(38, 0))',
    'sum(quantity_micros)',
  ])('but %s may be', (expression) => {
    expect(value(expression).replace(/.*order by leaves.*/, '')).toBe('');
  });
});

describe('rule 3: conversions that the engines do otherwise', () => {
  it.each([
    ['cast(1e0 as bigint)', /cast of double to bigint: use cast\(round/],
    ['cast(1e0 as varchar)', /cast of double to varchar/],
    ['cast(1e0 as decimal(10, 2))', /cast of double to decimal/],
    ['cast(service as bigint)', /cast of varchar to bigint: text is read otherwise/],
    ['cast(service as date)', /cast of varchar to date/],
    ['cast(service as boolean)', /cast of varchar to boolean/],
    ['cast(service as varchar(3))', /varchar\(n\), char\(n\): use substr\(x, 1, n\)/],
    ['cast(event_hour as varchar)', /cast of timestamp to varchar: use date_format/],
    ['cast(quantity_micros as double)', /cast of decimal\(38, 0\) to double/],
    ['cast(1.5 as bigint)', /cast of decimal\(2, 1\) to bigint/],
    ['cast(events as hugeint)', /the type hugeint/],
    ['cast(events as real)', /the type real/],
    ['cast(event_hour as timestamp(6))', /the type timestamp\(6\)/],
    ['events = service', /bigint meets varchar: cast one; DuckDB would convert it/],
    ["case when events = 1 then 'a' else 2 end", /varchar meets integer/],
    ["coalesce(events, 'a')", /coalesce takes values of one type/],
    ["events in (1, 'a')", /bigint meets varchar/],
    ["event_hour = '2026-01-01'", /timestamp meets varchar/],
    ["events || 'a'", /\|\| joins texts, not bigint/],
    ['service + 1', /arithmetic of varchar/],
  ])('%s', (expression, message) => {
    expect(value(expression)).toMatch(message);
  });

  it.each([
    'cast(round(1.5e0) as bigint)',
    'cast(booked_date as date)',
    "cast('2026-01-01' as date)",
    'cast(events as varchar)',
  ])('but %s may be', (expression) => {
    expect(value(expression)).toBe('');
  });

  it('also across a union', () => {
    expect(check('select service from ledger union select events from ledger order by service')).toMatch(
      /column service is varchar on one side and bigint on the other/,
    );
  });
});

describe('rule 4: dates and timestamps', () => {
  it.each([
    ["event_hour + interval '1' day", /interval: use date_add/],
    ['cast(event_hour as date) + 1', /\+ of a date or timestamp: use date_add/],
    ['cast(event_hour as date) - cast(event_hour as date)', /- of a date or timestamp/],
    ['event_hour - event_hour', /- of a date or timestamp/],
    ["timestamp '2026-01-01 00:00:00 UTC'", /no zone: it is UTC/],
    ["timestamp '2026-01-01 00:00:00.123456'", /at most milliseconds/],
    ["timestamp '2026-01-01'", /at most milliseconds and no zone/],
    ["time '10:00:00'", /time '…'/],
    ["event_hour at time zone 'Europe/Berlin'", /at time zone/],
    ["date_diff('hour', cast(event_hour as date), cast(event_hour as date))", /a date in hours/],
    ["date_diff('day', cast(event_hour as date), event_hour)", /a date and a timestamp: cast one/],
    ["date_diff('decade', event_hour, event_hour)", /takes a unit in quotes/],
    ['date_diff(service, event_hour, event_hour)', /takes a unit in quotes/],
    ["date_trunc('hour', cast(event_hour as date))", /a date in hours/],
    ['hour(cast(event_hour as date))', /hour of a date/],
    ['extract(epoch from event_hour)', /extract takes a unit in quotes/],
    ["date_format(event_hour, '%b')", /date_format takes a format in quotes/],
  ])('%s', (expression, message) => {
    expect(value(expression)).toMatch(message);
  });

  it.each([
    "date_diff('hour', event_hour, event_hour)",
    "date_add('day', -1, cast(event_hour as date))",
    "date_trunc('week', event_hour)",
    'extract(year from event_hour)',
    "date_format(event_hour, '%Y-%m-%dT%H:%i:%s')",
  ])('but %s may be', (expression) => {
    expect(value(expression)).toBe('');
  });
});

describe('rule 5: one order of the rows', () => {
  const grouped = 'select service, meter, count(*) as n from ledger group by service, meter';
  it.each([
    [grouped, /has no order by/],
    [`${grouped} order by n`, /order by leaves rows in any order among equals: add service, meter/],
    [`${grouped} order by n, service`, /add meter/],
    ['select distinct service, meter from ledger order by service', /add meter/],
    ['select service from ledger union select meter from ledger', /has no order by/],
    ['select service from ledger union all select meter from ledger order by 1 limit 2', ''],
    [
      'select a.service, a.meter from (select service, meter from list_prices order by service limit 3) a order by a.service, a.meter',
      /list_prices order.*|add list_prices\.meter|add meter/,
    ],
    ['select body, event_id from events order by event_time', /add .*body/],
    [
      'select -events as events from ledger order by events + 0, service',
      /events within order by is a column to DuckDB and the select's own name to Trino/,
    ],
    [
      'select service from ledger union select meter from ledger order by lower(service)',
      /the order of a union is by its columns/,
    ],
  ])('%s', (sql, message) => {
    if (message === '') expect(check(sql)).toBe('');
    else expect(check(sql)).toMatch(message);
  });

  it.each([
    `${grouped} order by n desc, service, meter`,
    `${grouped} order by 3, 1, 2`,
    'select max(service) as s, count(*) as n from ledger',
    "select meter, count(*) as n from ledger where service = 'S3' group by service, meter order by n, meter",
    'select distinct l.service, p.service as other from ledger l join list_prices p on p.service = l.service order by l.service',
    'select tenant_id, plan from tenants order by plan, tenant_id',
    'select t.tenant_id, l.service from tenants t left join (select service, tenant_id from ledger group by service, tenant_id) l on l.tenant_id = t.tenant_id order by t.tenant_id, l.service',
    `with placed as (select service, meter, row_number() over (partition by service order by meter) as place from ledger)
     select service, meter from placed where place = 1 order by service`,
    `with lines as (select event_id, body, row_number() over (partition by tenant_id, id_hour, event_id order by arrival_time) as copy from events)
     select body from lines where copy = 1 order by event_id`,
    'select t.tenant_id from tenants t cross join (select count(*) as n from ledger) c order by t.tenant_id',
    'select service, meter from list_prices order by meter, service limit 5',
  ])('%s is one', (sql) => {
    expect(check(sql)).toBe('');
  });
});

describe('rule 6: what macros on DuckDB take', () => {
  it.each([
    ['count_if(events > 1) filter (where events < 9)', /count_if takes no distinct or filter/],
    ['every(distinct events > 1)', /every takes no distinct or filter/],
    ['greatest(1, 2, 3, 4, 5)', /greatest takes 2 to 4 arguments/],
    ["concat('a', 'b', 'c', 'd', 'e')", /concat takes 2 to 4 arguments/],
    ['lower(distinct service)', /lower takes no distinct/],
    ['lower(service) over (order by service)', /lower has no over/],
  ])('%s', (expression, message) => {
    expect(value(expression)).toMatch(message);
  });

  it('aggregates of both engines take them', () => {
    expect(check('select count(distinct service) as a, count(*) filter (where events > 1) as b from ledger')).toBe('');
  });
});

describe('rule 7: names given in the same select', () => {
  it.each([
    ['select events + 1 as more from ledger where more > 2 order by more', /more is a name given in the same select/],
    ['select events + 1 as more, count(*) as n from ledger group by more order by more', /more is a name given/],
    ['select max(events) as most from ledger having most > 2', /most is a name given/],
    ['select events as e, e + 1 as more from ledger order by e, more', /e is a name given/],
  ])('%s', (sql, message) => {
    expect(check(sql)).toMatch(message);
  });

  it('may be used in order by', () => {
    expect(check('select distinct events + 1 as more from ledger order by more')).toBe('');
  });

  it.each([
    ['select servce from ledger order by 1', /there is no column servce here; did you mean service\?/],
    ['select l.nothing from ledger l order by 1', /there is no column l\.nothing here/],
    ['select x.service from ledger l order by 1', /there is no column x\.service here/],
    ['select tenant_id from ledger, tenants order by 1', /tenant_id is a column of more than one table/],
    ['select l.service from ledger l join tenants l on true order by 1', /two tables are called l/],
    ['select service from ledgr order by 1', /reads ledgr, which is no view; did you mean ledger\?/],
    ['select service from main.ledger order by 1', /reads main\.ledger, which is no view/],
    ['select l.service from ledger as l (service) order by 1', /names for the columns of a table/],
    ['with ledger as (select 1 as x) select x from ledger order by x', /ledger is the name of a view or query already/],
    [
      'with a as (select 1 as x), a as (select 2 as x) select x from a order by x',
      /a is the name of a view or query already/,
    ],
    [
      'select service from ledger where exists (select 1 as one from tenants where tenant_id = nothing) order by 1',
      /no column nothing/,
    ],
  ])('names that mean nothing, or two things: %s', (sql, message) => {
    expect(check(sql)).toMatch(message);
  });

  it('of the select around may be used within', () => {
    expect(
      check(
        'select distinct t.plan from tenants t where exists (select l.service from ledger l where l.tenant_id = t.tenant_id) order by t.plan',
      ),
    ).toBe('');
  });
});

describe('rule 8: nothing is approximate', () => {
  it.each(['approx_distinct(service)', 'approx_percentile(events, 0.95)', 'percentile_cont(0.5)', 'median(events)'])(
    '%s',
    (expression) => {
      expect(value(expression)).toMatch(/is not proven/);
    },
  );

  it('not even a sum of doubles', () => {
    expect(value('sum(duration_ms)', 'events')).toMatch(/DOUBLE is summed in any order/);
  });
});
