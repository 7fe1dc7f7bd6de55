import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { queryDuckDb } from '../../queries/engines/queryDuckDb.js';
import { parseParameters, renderReport } from '../../queries/reports/parameters.js';
import { parseReport } from '../../queries/reports/parseReport.js';
import { PARAMETER_TYPES, type Report } from '../../queries/reports/Report.js';
import { askForTexts, EXPECTED_TEXTS } from './askForTexts.js';
import { CONTROL, INJECTIONS } from './injections.js';
import { probeReport as one } from './probeReport.js';

const window = { start: Date.parse('2026-11-20T10:00Z'), end: Date.parse('2026-11-22T00:00Z') };

const render = (report: Report, ...pairs: string[]): string =>
  renderReport(report, parseParameters(report, pairs, { window }));

describe('text', () => {
  it('of every kind comes back from the engine as it was given, and is found as it is written', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const engine = { gaps: [], query: (sql: string) => queryDuckDb(connection, sql), close: async () => undefined };
    expect(await askForTexts(engine)).toEqual(EXPECTED_TEXTS);
    connection.closeSync();
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
    ['tenant_ids', 'acme,globex,Initech,umbrella', /tenant ids with commas between, got "Initech"/],
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

describe('a list of tenants', () => {
  const report = one('tenant_ids', 'select {{p}}');
  const ids = (from: number, count: number): string =>
    Array.from({ length: count }, (_, index) => `t${from + index}`).join(',');

  it('can be longer than any engine takes, and given in parts', () => {
    const values = parseParameters(report, [`p=${ids(0, 60_000)}`, `p=${ids(59_000, 20_000)}`], { window });
    expect(values.p).toHaveLength(79_000);
    expect(() => parseParameters(report, [`p=${ids(0, 100_001)}`], { window })).toThrow(/at most 100000 tenant ids/);
  });

  it('is the only parameter that can be given twice', () => {
    const twice = ['p=2026-11-20', 'p=2026-11-21'];
    expect(() => parseParameters(one('date', 'select {{p}}'), twice, { window })).toThrow(
      /--param p: p is given more than once/,
    );
  });
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

describe('what is left open', () => {
  const report = { ...one('lateness', 'select {{p}}'), params: [] } as Report;
  const sql = (text: string, values: Parameters<typeof renderReport>[1]): string =>
    renderReport({ ...report, sql: text }, values);

  it('is a window that ends with the last whole hour of when the statement is run, to the day and the hour', () => {
    const hour = `date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))`;
    const latest = { window: { latestHours: 2 } };
    expect(sql('{{window.end}}', latest)).toBe(hour);
    expect(sql('{{window.start}}', latest)).toBe(`date_add('hour', -2, ${hour})`);
    expect(sql('{{window.before}}', latest)).toBe(`date_add('hour', -4, ${hour})`);
    expect(sql('{{window.hours}}', latest)).toBe(`date_add('hour', -2, ${hour}), date_add('hour', -1, ${hour})`);
    expect(sql('{{window.around_start}}', latest)).toBe(`date_add('hour', -170, ${hour})`);
    expect(sql('{{window.around_end}}', latest)).toBe(`date_add('hour', 168, ${hour})`);
  });

  it('is a question mark, or a date before today', () => {
    expect(sql('{{p}} {{p}}', { p: { asked: true } })).toBe('? ?');
    expect(sql('{{p}}', { p: { daysAgo: 1 } })).toBe(
      `date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d')`,
    );
  });

  it('has no other parts', () => {
    for (const values of [{ p: { latestHours: 2 } }, { p: { start: 0, end: 1 } }, {}]) {
      expect(() => sql('{{p}}', values)).toThrow(/does not declare/);
    }
    for (const value of [{ asked: true } as const, { daysAgo: 1 }, { latestHours: 2 }]) {
      expect(() => sql('{{p.contains}}', { p: value })).toThrow(/does not declare/);
    }
  });
});
