import { describe, expect, it } from 'vitest';
import { findReport, lintReport, loadCatalogue } from '../../queries/index.js';
import { parseReport } from '../../queries/reports/parseReport.js';
import { maskSql, sqlBlocks } from '../../queries/reports/sqlBlocks.js';

/** A report of scope tenant on the ledger with this statement, linted; `more` are further parameters. */
function lint(
  sql: string,
  options: { readonly scope?: string; readonly table?: string; readonly more?: readonly string[] } = {},
): string {
  const { scope = 'tenant', table = 'ledger', more = [] } = options;
  const params = ['{ name: tenant_id, type: tenant_id, required: true, description: t }', ...more];
  const lines = [
    '-- ---',
    '-- name: probe',
    '-- title: Probe',
    '-- owner: test',
    '-- description: Probe',
    `-- scope: ${scope}`,
    `-- table: ${table}`,
    '-- expected_scan: none',
    '-- params:',
    ...params.map((param) => `--   - ${param}`),
    '-- columns:',
    '--   - { name: a, type: bigint, unit: "", description: a }',
    '-- ---',
    sql,
  ];
  return lintReport(parseReport(lines.join('\n'), 'probe.sql')).join('\n');
}

it('finds nothing in the catalogue', () => {
  const findings = loadCatalogue().flatMap((report) => lintReport(report).map((text) => `${report.name}: ${text}`));
  expect(findings).toEqual([]);
});

describe('a tenant-scoped report', () => {
  const mine = 'tenant_id = {{tenant_id}}';

  it.each([
    `select service from ledger where ${mine}`,
    `select l.service from ledger as l where l.${mine}`,
    `select service from ledger where (meter = 'a' or meter = 'b') and ${mine}`,
    `with x as (select service from ledger where ${mine}) select service from x`,
    `select a.service from ledger a join tenants b on a.tenant_id = b.tenant_id where a.${mine} and b.${mine}`,
    `select p.meter from ledger l join list_prices p on p.meter = l.meter where l.${mine}`,
    `select service from ledger where ${mine} union all select service from ledger where ${mine}`,
  ])('may run %s', (sql) => {
    expect(lint(sql)).toBe('');
  });

  it.each([
    'select service from ledger where service = {{tenant_id}}',
    `select service from ledger where ${mine} or meter = 'a'`,
    `select service from ledger where not (${mine})`,
    `select service from ledger where ${mine} is null`,
    `select service from ledger where case when ${mine} then true else true end`,
    `select service from ledger where emitter = {{tenant_id}}`,
    `select service from ledger -- where ${mine}\nwhere meter = {{tenant_id}}`,
    `select service from ledger where meter = ' and ${mine} and '`,
    `select service from ledger where ${mine} union all select service from ledger`,
    `select service from ledger where ${mine} and meter in (select meter from ledger)`,
    `select (select max(service) from ledger) as a from ledger where ${mine}`,
    `with x as (select service from ledger) select service from x where ${mine}`,
    `with ledger as (select service from ledger) select service from ledger where ${mine}`,
    `select a.service from ledger a join ledger b on true where a.${mine}`,
    `select a.service from ledger a, ledger b where a.${mine}`,
    `select service from ledger where ${mine} having true or exists (from ledger)`,
    `select service from (ledger) where ${mine}`,
    `select service from ledger where (true)or(false) and ${mine}`,
    `select service from ledger where ${mine} union all select service from(ledger)`,
    `select service from ledger where ${mine} union all select service from'x.parquet'`,
    `select service from ledger where ${mine} union all select (1)from ledger`,
    `select service from ledger where ${mine} and events in (select(1)from ledger)`,
    `select service from ledger where ${mine} union all (table ledger)`,
    `select service from ledger l, lateral (select(events)from(ledger)) x where l.${mine}`,
    `select service from "ledger" where ${mine}`,
    `select service from main.ledger where ${mine}`,
    `select service from read_parquet('x') where ${mine}`,
    `select service from 'x.parquet' where ${mine}`,
    `select service from ledger l left join tenants t on t.${mine} where l.${mine}`,
  ])('may not run %s', (sql) => {
    expect(lint(sql)).toMatch(/of every tenant|no view|name of a view|says it reads/);
  });

  it('may not read what has no tenant', () => {
    expect(lint(`select reason from quarantine where reason = {{tenant_id}}`, { table: 'quarantine' })).toMatch(
      /whose rows have no tenant/,
    );
  });
});

describe('a report on lines', () => {
  const window = '{ name: window, type: window, required: true, description: w }';
  const late = '{ name: late_days, type: lateness, default: 7, description: l }';
  const limit = '{ name: limit, type: integer, default: 5, min: 1, max: 100, description: n }';
  const all = { table: 'events', more: [window, late, limit] };
  const where = [
    'tenant_id = {{tenant_id}}',
    'dt >= {{window.first_dt}}',
    'dt <= {{window.last_dt}}',
    'event_time >= {{window.start}}',
    'event_time < {{window.end}}',
  ];
  const sql = (conditions: readonly string[], end = 'order by event_id limit {{limit}}'): string =>
    `select body from events where ${conditions.join(' and ')} ${end}`;

  it('with tenant, window, arrival dates and limit is accepted', () => {
    expect(lint(sql(where), all)).toBe('');
  });

  it.each(where)('without %s is refused', (left) => {
    expect(lint(sql(where.filter((condition) => condition !== left)), { ...all, scope: 'platform' })).toMatch(
      /reads events (?:of every tenant|without bounds)/,
    );
  });

  it.each(['', 'limit {{limit}}', 'order by event_id limit 5', 'order by (select 1 from tenants limit {{limit}})'])(
    'that ends with %j is refused',
    (end) => {
      expect(lint(sql(where, end), all)).toMatch(/without a bound on its rows/);
    },
  );

  it('without a lateness bound, or with a limit that has none, is refused', () => {
    expect(lint(sql(where), { ...all, more: [window, limit] })).toMatch(/declares no lateness/);
    expect(lint(sql(where), { ...all, more: [window, late, limit.replace(' max: 100,', '')] })).toMatch(/with a max/);
  });
});

describe('parameters', () => {
  const mine = 'select service from ledger where tenant_id = {{tenant_id}}';
  it.each([
    [`${mine} and meter = {{other}}`, [], /\{\{other\}\} is not declared/],
    [`${mine} and meter = {{tenant_id.start}}`, [], /is no part of a tenant_id: use \{\{tenant_id\}\}/],
    [`${mine} and meter = '{{tenant_id}}'`, [], /inside quotes or a comment/],
    [`${mine} and meter = {{ tenant_id }}`, [], /is not a placeholder/],
    [mine, ['{ name: day, type: date, required: true, description: d }'], /declares day and does not use it/],
    [
      `${mine} and booked_date = {{day}}`,
      ['{ name: day, type: date, default: soon, description: d }'],
      /the default of day/,
    ],
  ])('%s is refused', (sql, more, message) => {
    expect(lint(sql, { more })).toMatch(message);
  });
});

describe('what differs between engines', () => {
  const select = (expression: string): string =>
    lint(`select ${expression} as a from ledger where tenant_id = {{tenant_id}}`);

  it.each([
    ['events / 2', /division differs.*divided after the query/],
    ['avg(events)', /avg differs/],
    ['sum(events)', /use cast\(sum\(x\) as bigint\)/],
    ['cast(sum(events) as bigint) + sum(events)', /sum without a cast/],
    ["date_diff('hour', event_hour, event_hour)", /date_diff of other units/],
    ['date_diff(meter, event_hour, event_hour)', /date_diff of other units/],
    ["concat(meter, 'x')", /concat differs.*\|\|/],
    ['greatest(events, 1)', /greatest/],
    ["regexp_extract(meter, 'a')", /regexp/],
    ['events::varchar', /cast\(x as type\)/],
    ['cast(events as varchar(3))', /substr\(x, 1, n\)/],
    ["event_hour + interval '1' day", /interval/],
    ['current_timestamp', /repeatable/],
    ['max_by(meter, events)', /max_by/],
    ['approx_distinct(meter)', /95/],
    ["if(events = 1, 'a')", /case when/],
    ['0x10', /hexadecimal/],
    ["x'27'", /hexadecimal/],
    ['meter\u00a0', /outside ASCII/],
    ['"meter"', /quoted names/],
    ['1; select 1', /semicolon/],
  ])('%s is refused with what to use instead', (expression, message) => {
    expect(select(expression)).toMatch(message);
  });

  it.each([
    'cast(sum(events) as bigint)',
    "date_diff('millisecond', event_hour, event_hour)",
    "'50 % / avg(x); interval ’ ' || meter",
    "case when meter = 'a' then 1 else 0 end",
    'substr(meter, 1, 3)',
  ])('%s is not', (expression) => {
    expect(select(expression)).toBe('');
  });

  it('begins with select or with', () => {
    expect(lint('from ledger select service where tenant_id = {{tenant_id}}')).toMatch(/begins with select/);
  });
});

it('reads literals and comments as engines do', () => {
  expect(maskSql("a 'it''s' -- x\n/* ' */ \"b\"")).toBe('a \'     \'     \n        " "');
  const [inner, outer] = sqlBlocks(
    maskSql("select 1 from (select a from ledger l where x = 'or') where b in (1, 2) and c"),
  );
  expect(inner).toMatchObject({ tables: [{ table: 'ledger', alias: 'l' }], conditions: ["x = ' '"] });
  expect(outer).toMatchObject({ tables: [], conditions: ['b in (1, 2)', 'c'] });
  expect(findReport('tenant-share').scope).toBe('platform');
});
