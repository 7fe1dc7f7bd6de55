import { describe, expect, it } from 'vitest';
import { findReport, formatFinding, lintReport, loadCatalogue } from '../../queries/index.js';
import { parseReport } from '../../queries/reports/parseReport.js';
import { maskSql, textBlocks } from '../../queries/reports/sqlBlocks.js';

/** A report of scope tenant on the ledger with this statement, linted; `more` are further parameters. */
function lint(
  sql: string,
  options: {
    readonly scope?: string;
    readonly table?: string;
    readonly more?: readonly string[];
    readonly columns?: readonly string[];
  } = {},
): string {
  const { scope = 'tenant', table = 'ledger', more = [], columns = ['service: varchar'] } = options;
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
    ...columns.map((column) => `--   - { name: ${column.replace(':', ', type:')}, unit: "", description: a }`),
    '-- ---',
    sql,
  ];
  return lintReport(parseReport(lines.join('\n'), 'probe.sql'))
    .map(formatFinding)
    .join('\n');
}

it('finds nothing in the catalogue', () => {
  const findings = loadCatalogue().flatMap((report) =>
    lintReport(report).map((found) => `${report.name}:${formatFinding(found)}`),
  );
  expect(findings).toEqual([]);
});

describe('a tenant-scoped report', () => {
  const mine = 'tenant_id = {{tenant_id}}';

  it.each([
    `select distinct service from ledger where ${mine} order by service`,
    `select distinct l.service from ledger as l where l.${mine} order by l.service`,
    `select distinct service from ledger where (meter = 'a' or meter = 'b') and ${mine} order by 1`,
    `with x as (select service from ledger where ${mine}) select distinct service from x order by service`,
    `select distinct a.service from ledger a join tenants b on a.tenant_id = b.tenant_id where a.${mine} and b.${mine} order by a.service`,
    `select distinct p.service from ledger l join list_prices p on p.meter = l.meter where l.${mine} order by p.service`,
    `select service from ledger where ${mine} union select service from ledger where ${mine} order by service`,
    `select distinct v.service from (values ('S3'), ('SQS')) as v (service) join ledger l on l.service = v.service where l.${mine} order by v.service`,
    `select max(service) as service from ledger where ${mine} and exists (select name from tenants where ${mine})`,
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
    // Each of these passed when only the text was looked at.
    `select service from ledger where case when true then true else true and ${mine} and true end`,
    `select service from ledger where meter between 'a' and ${mine}`,
    `select l.service from ledger as l (service, emitter, tenant_id) where l.${mine}`,
    `select service from ledger where meter = 'm' /* /* */ and ${mine} -- */`,
    `select service from ledger where ${mine} -- \r union all select service from ledger`,
    `select service from ledger l semi join tenants on true where l.${mine}`,
  ])('may not run %s', (sql) => {
    expect(lint(sql)).toMatch(
      /of every tenant|no view|name of a view|says it reads|names for the columns|comment|not Trino SQL|kind of join|already: name/,
    );
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
  const all = { table: 'events', more: [window, late, limit], columns: ['body: varchar', 'event_id: varchar'] };
  const where = [
    'tenant_id = {{tenant_id}}',
    'dt >= {{window.first_dt}}',
    'dt <= {{window.last_dt}}',
    'event_time >= {{window.start}}',
    'event_time < {{window.end}}',
  ];
  const sql = (conditions: readonly string[], end = 'order by event_id, body limit {{limit}}'): string =>
    `select body, event_id from events where ${conditions.join(' and ')} ${end}`;

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
  it.each([
    ['service::varchar', /14:\d+: the cast :: differs.*cast\(x as type\)/],
    ["service ilike 'a'", /ilike differs.*lower\(x\)/],
    ['0x10', /hexadecimal/],
    ["x'27'", /hexadecimal/],
    ["e'a'", /hexadecimal/],
    ['service\u00a0', /outside ASCII/],
    ['`service`', /a name in `/],
    ['"service"', /quoted names/],
    ['$$a$$', /a text in \$/],
    ['1; select 1', /semicolon/],
  ])('%s is refused with what to use instead', (expression, message) => {
    expect(lint(`select ${expression} as service from ledger where tenant_id = {{tenant_id}}`)).toMatch(message);
  });

  it.each([
    "'50 % / avg(x); interval ’ ' || service",
    "'x' || service",
    "case when meter = 'e' then 'x' else service end",
  ])('%s is not', (expression) => {
    const sql = `select distinct ${expression} as service from ledger where tenant_id = {{tenant_id}} order by 1`;
    expect(lint(sql)).toBe('');
  });

  it('begins with select or with', () => {
    expect(lint('from ledger select service where tenant_id = {{tenant_id}}')).toMatch(/begins with select/);
  });
});

describe('where something is wrong', () => {
  it('is told as line and column of the file, behind placeholders of any length too', () => {
    const found = lint(
      "select service, {{tenant_id}} as t\nfrom ledger\nwhere tenant_id = {{tenant_id}} and servce = 'S3'\norder by service, 2",
      { columns: ['service: varchar', 't: varchar'] },
    );
    expect(found).toBe('17:37: there is no column servce here; did you mean service?');
  });

  it('is the first place that is not Trino SQL', () => {
    expect(lint('select service from ledger\nwhere tenant_id = {{tenant_id}} and (service = 1')).toMatch(
      /^15:49: is not Trino SQL: the statement ends too early/,
    );
  });
});

describe('the columns of the header', () => {
  const sql =
    'select service, cast(sum(events) as bigint) as events from ledger where tenant_id = {{tenant_id}} group by service order by service';
  it.each([
    [['service: varchar'], /declares the columns service; the statement gives service, events/],
    [['events: bigint', 'service: varchar'], /declares the columns events, service;/],
    [['service: varchar', 'events: decimal'], /declares events as decimal; the statement gives bigint/],
    [['service: date', 'events: bigint'], /declares service as date; the statement gives varchar/],
  ])('%j are held to the statement', (columns, message) => {
    expect(lint(sql, { columns })).toMatch(message);
    expect(lint(sql, { columns: ['service: varchar', 'events: bigint'] })).toBe('');
  });

  it('are of types that a file can hold', () => {
    expect(
      lint('select array_agg(service order by service) as s from ledger where tenant_id = {{tenant_id}}', {
        columns: ['s: varchar'],
      }),
    ).toMatch(/column s is array\(varchar\): give its members/);
  });
});

it('reads literals and comments as engines do', () => {
  expect(maskSql("a 'it''s' -- x\n/* ' */ \"b\"")).toBe('a \'     \'     \n        " "');
  const [inner, outer] = textBlocks(
    maskSql("select 1 from (select a from ledger l where x = 'or') where b in (1, 2) and c"),
  ).blocks;
  expect(inner).toMatchObject({ tables: [{ table: 'ledger', alias: 'l' }], conditions: ["x = ' '"] });
  expect(outer).toMatchObject({ tables: [], conditions: ['b in (1, 2)', 'c'] });
  expect(findReport('tenant-share').scope).toBe('platform');
});
