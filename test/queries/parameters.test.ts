import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseParameters, renderReport } from '../../queries/reports/parameters.js';
import { parseReport } from '../../queries/reports/parseReport.js';
import { PARAMETER_TYPES, type Report } from '../../queries/reports/Report.js';

const window = { start: Date.parse('2026-11-20T10:00Z'), end: Date.parse('2026-11-22T00:00Z') };

/** A report with one parameter of this type and this statement. */
function one(type: string, sql: string, more = ''): Report {
  const lines = [
    '-- ---',
    '-- name: probe',
    '-- title: Probe',
    '-- owner: test',
    '-- description: Probe',
    '-- table: ledger',
    '-- expected_scan: none',
    '-- params:',
    `--   - { name: p, type: ${type}, required: true, description: p${more} }`,
    '-- columns: []',
    '-- ---',
    sql,
  ];
  return parseReport(lines.join('\n'), 'probe.sql');
}
const render = (report: Report, ...pairs: string[]): string =>
  renderReport(report, parseParameters(report, pairs, { window }));

/** What people try, and what merely looks like it. */
const INJECTIONS = [
  "' or '1'='1",
  "'; drop table ledger; --",
  "'' or 1=1 --",
  "\\' or 1=1 --",
  '\\',
  '"; select 1; "',
  'a;b',
  '-- comment',
  '/* comment */',
  "*/ or '1'='1 /*",
  '’ or ‘1’=‘1',
  'ʼ; drop table ledger',
  '＇ or 1=1',
  '$$ or 1=1 $$',
  "$tag$'$tag$",
  "E'\\x27'",
  "U&'\\0027'",
  "x'27'",
  'chr(39)',
  '{{window.start}}',
  "{{p}}'",
  '$1',
  "$&'",
  '?',
  ':p',
  '100%',
  'a_b',
  '!%',
  "é'é",
  "e\u0301'",
  '😀',
  '\u202e\u2066',
];
const CONTROL = [
  'a\u0000b',
  "a\u0000' or 1=1",
  'a\nb',
  'a\rb',
  '\u0085',
  '\ufeff',
  '\u2028',
  '\u2029',
  '\ud800',
  'a\u001b[2J',
  'x'.repeat(201),
];

describe('text', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });
  afterAll(() => connection.closeSync());

  it.each(INJECTIONS)('%j comes back from the engine as it was given', async (text) => {
    const report = one('text', "select {{p}} as a, concat('<', {{p}}, '>') like {{p.contains}} as b");
    const rows = (await connection.runAndReadAll(render(report, `p=${text}`))).getRows();
    expect(rows).toEqual([[text, true]]);
  });

  it.each(INJECTIONS)('%j is found as it is written, never as a pattern', async (text) => {
    const report = one('text', "select {{p}} like {{p.contains}} as own, 'another line' like {{p.contains}} as other");
    const rows = (await connection.runAndReadAll(render(report, `p=${text}`))).getRows();
    expect(rows).toEqual([[true, false]]);
  });

  it('escapes what LIKE would take as a pattern', () => {
    expect(render(one('text', 'select x like {{p.contains}}'), "p=5%_!'")).toBe(
      "select x like '%5!%!_!!''%' escape '!'",
    );
  });

  it.each(CONTROL)('%j is refused', (text) => {
    expect(() => render(one('text', 'select {{p}}'), `p=${text}`)).toThrow(/expected text of at most 200 characters/);
  });
});

describe('every other type', () => {
  const strict = PARAMETER_TYPES.filter((type) => type !== 'text' && type !== 'window');
  const cases = strict
    .flatMap((type) => [...INJECTIONS, ...CONTROL].map((text) => [type, text] as const))
    .filter(([type, text]) => type !== 'service' || text !== 'a_b');
  it.each(cases)('%s refuses %j', (type, text) => {
    const report = one(type, 'select {{p}}', type === 'enum' ? ', values: [red, green]' : '');
    expect(() => render(report, `p=${text}`)).toThrow(/p is not usable: expected/);
  });

  it.each([
    ['tenant_id', 'acme', "'acme'"],
    ['tenant_id', '_unknown', "'_unknown'"],
    ['tenant_ids', 'acme,globex,acme', "'acme', 'globex'"],
    ['date', '2026-02-28', "'2026-02-28'"],
    ['enum', 'red', "'red'"],
    ['lateness', '7', '7'],
    ['trace_id', '0123456789abcdef0123456789abcdef', "'0123456789abcdef0123456789abcdef'"],
  ])('%s renders %j as %s', (type, text, literal) => {
    const report = one(type, 'select {{p}}', type === 'enum' ? ', values: [red, green]' : '');
    expect(render(report, `p=${text}`)).toBe(`select ${literal}`);
  });

  it.each([
    ['date', '2026-02-30', /a UTC day/],
    ['enum', 'blue', /one of red, green/],
    ['enum', 'RED', /one of red, green/],
    ['tenant_ids', '', /tenant ids/],
    ['tenant_ids', 'acme,', /tenant ids/],
    ['tenant_ids', 'acme, globex', /tenant ids/],
    ['tenant_ids', Array.from({ length: 1001 }, (_, index) => `t${index}`).join(','), /at most 1000/],
    ['lateness', '-1', /from 0 to 400/],
    ['lateness', '401', /from 0 to 400/],
    ['trace_id', '0123456789ABCDEF0123456789ABCDEF', /32 hex digits/],
  ])('%s refuses %j', (type, text, message) => {
    const report = one(type, 'select {{p}}', type === 'enum' ? ', values: [red, green]' : '');
    expect(() => render(report, `p=${text}`)).toThrow(message);
  });
});

describe('windows', () => {
  it('give arrival dates under the lateness bound: a day before, and so many days after the last', () => {
    const report = one('lateness', 'select {{w.first_dt}}, {{w.last_dt}}, {{p}}');
    const withWindow = {
      ...report,
      params: [...report.params, { name: 'w', type: 'window', required: true, description: '' } as const],
    };
    expect(renderReport(withWindow, parseParameters(withWindow, ['p=7'], { window }))).toBe(
      "select '2026-11-19', '2026-11-28', 7",
    );
  });

  it.each(['{{p.start}}', '{{q}}', '{{p.contains}}'])(
    '%s of a number, or of nothing declared, is a defect',
    (placeholder) => {
      expect(() => render(one('integer', `select ${placeholder}`), 'p=1')).toThrow(/does not declare/);
    },
  );
});

describe('a header', () => {
  it.each([
    ['{ name: p, type: integer, description: p }', /required or has a default/],
    ['{ name: p, type: enum, required: true, description: p }', /values for an enum/],
    ['{ name: p, type: date, required: true, values: [a], description: p }', /values for an enum/],
    ['{ name: p, type: sql, required: true, description: p }', /Invalid option/],
  ])('with %s is refused', (param, message) => {
    const source = one('date', 'select {{p}}').source.replace(/-- {3}- \{.*\}/, `--   - ${param}`);
    expect(() => parseReport(source, 'probe.sql')).toThrow(message);
  });

  it('whose default does not fit its type is refused when it would be used', () => {
    const source = one('date', 'select {{p}}').source.replace('required: true', 'default: "2026-13-01"');
    const report = parseReport(source, 'probe.sql');
    expect(() => parseParameters(report, [], { window })).toThrow(/a UTC day/);
  });
});
