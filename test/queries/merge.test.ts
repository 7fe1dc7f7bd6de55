import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, findReport, loadCatalogue, parseParameters, runReport } from '../../queries/index.js';
import { lintMerge } from '../../queries/reports/merge/lintMerge.js';
import { tenantBatches } from '../../queries/reports/merge/tenantBatches.js';
import { parseReport } from '../../queries/reports/parseReport.js';
import type { Report } from '../../queries/reports/Report.js';
import { type FixtureRow, fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'merge-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
/** Reports that read the lines of a list of tenants: a new one is held to this without being named here, unless it says why not. */
const OF_LINES = loadCatalogue().filter(
  ({ params, table }) => /^event/.test(table) && params.some(({ type }) => type === 'tenant_ids'),
);
const LISTED = OF_LINES.filter(({ merge }) => merge?.never === undefined);
const TENANTS = Array.from({ length: 1500 }, (_, index) => `t-${index}`);

let made = 0;
/** Lines with problems, some of them twice, of a few services; names beyond the BMP sort otherwise as UTF-16 than as UTF-8. */
const SERVICES = ['api', 'web', null, '\u{1d11e}', '\uffee'];
const eventOf = (tenant: string, index: number): FixtureRow => ({
  tenant_id: tenant,
  dt: '2026-11-20',
  event_id: `e${made++ % 7 === 0 ? 0 : made}`,
  id_hour: '2026-11-20 10:00:00',
  event_time: `2026-11-20 10:00:${String(index % 60).padStart(2, '0')}`,
  arrival_time: `2026-11-20 10:01:${String(index % 60).padStart(2, '0')}`,
  service_name: SERVICES[index % SERVICES.length],
  problems: [['time_missing'], ['line_truncated', 'time_missing'], []][index % 3],
});
/** Members named by their own tenant and by the shared services: the same member in more than one batch. */
const usageOf = (emitter: string, tenant: string, index: number): FixtureRow => ({
  emitter,
  dt: '2026-11-20',
  event_time: '2026-11-20 10:00:00',
  event_id: `u${index % 11}`,
  tenant_id: tenant,
  service: 'Cognito',
  meter: 'monthly_active_users',
  unit: 'Users',
  kind: 'distinct',
  series: `member-${index % 5}`,
  quantity_micros: 1000000,
});

let engine: Engine;
beforeAll(async () => {
  engine = await fixtureEngine(root, {
    tenants: TENANTS.map((tenant_id) => ({ tenant_id, name: tenant_id, plan: '' })),
    booked_events: ['_shared', '_unknown', 'offboarded'].map((emitter) => ({
      emitter,
      dt: '2026-11-29',
      event_hour: '2026-11-20 10:00:00',
      booked_date: '2026-11-29',
      manifest: 1,
      arrival_through: '2026-11-29 10:30:00',
      rows: 3,
      events: 3,
      duplicates: 0,
    })),
    events: [...TENANTS, 'offboarded'].flatMap((tenant, index) => [eventOf(tenant, index), eventOf(tenant, index + 1)]),
    event_usage: TENANTS.flatMap((tenant, index) => [
      usageOf(tenant, tenant, index),
      usageOf(tenant, tenant, index + 1),
      usageOf('_shared', tenant, index),
      usageOf('_shared', tenant, index + 2),
    ]),
  });
});
afterAll(() => engine.close());

/** The engine as one that takes no more tenants in a statement, and what it was asked. */
function taking(longest: number): { readonly engine: Engine; readonly asked: string[] } {
  const asked: string[] = [];
  const query: Engine['query'] = (sql) => {
    asked.push(sql);
    return engine.query(sql);
  };
  return { engine: { ...engine, query, longestTenantList: longest }, asked };
}

/** An answer without what differs from run to run. */
async function answerOf(on: Engine, report: Report, pairs: readonly string[]) {
  const { stats, ...rest } = await runReport(on, report, parseParameters(report, pairs, { window }));
  return { ...rest, completeness: stats.completeness };
}

describe('a list of tenants longer than a statement may name', () => {
  it.each(LISTED)('$name answers the same in batches as at once, whatever its limit', async (report) => {
    for (const limit of ['10000', '700', '1']) {
      const pairs = report.params.some(({ name }) => name === 'limit') ? [`limit=${limit}`] : [];
      const whole = await answerOf(engine, report, pairs);
      const batched = taking(400);
      expect(await answerOf(batched.engine, report, pairs)).toStrictEqual(whole);
      expect(whole.rows.length).toBeGreaterThan(0);
      // 1,503 emitters, the one that left included: four statements and, for the lines not read, four more.
      // How complete they are is asked of bookings, which are no partitions, all at once.
      const ofLines = batched.asked.filter((sql) => !sql.includes('completeness_settings'));
      const named = ofLines.filter((sql) => /in \('[^)]*'/.test(sql));
      expect(named).toHaveLength(8);
      for (const sql of named) expect(sql.match(/'(?:t-\d+|_\w+|offboarded)'/g)?.length).toBeLessThanOrEqual(400);
    }
  });

  it.each(OF_LINES.filter((report) => !LISTED.includes(report)))('$name is refused, and says why', async (report) => {
    const { engine: few, asked } = taking(400);
    await expect(answerOf(few, report, [])).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
      details: { expected: 'at most 400 tenants', hint: expect.stringContaining(report.merge?.never ?? 'no reason') },
    });
    expect(asked.filter((sql) => /from event_usage/.test(sql))).toEqual([]);
  });

  it('is cut anywhere without a row lost or counted twice', async () => {
    for (const report of LISTED) {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.constantFrom(...TENANTS.slice(0, 40), '_shared'), { minLength: 2, maxLength: 30 }),
          fc.integer({ min: 1, max: 7 }),
          async (tenants, longest) => {
            const pairs = [`tenant_ids=${tenants.join(',')}`];
            expect(await answerOf(taking(longest).engine, report, pairs)).toStrictEqual(
              await answerOf(engine, report, pairs),
            );
          },
        ),
        { numRuns: 25 },
      );
    }
  });

  it('asks several statements at once where the engine can, and merges nothing of other columns', async () => {
    const report = findReport('problems');
    const groups: number[] = [];
    const queryAll: Engine['queryAll'] = (statements) => {
      groups.push(statements.length);
      return Promise.all(statements.map((sql) => engine.query(sql)));
    };
    const many = { ...taking(500).engine, queryAll };
    expect(await answerOf(many, report, [])).toStrictEqual(await answerOf(engine, report, []));
    expect(groups).toEqual([4]);
    const odd: Engine['queryAll'] = async (statements) =>
      statements.map((sql, index) => ({ columns: [`c${index}`], rows: [[sql.length]], types: ['integer'] }));
    await expect(answerOf({ ...many, queryAll: odd }, report, [])).rejects.toThrow(/different columns/);
  });

  it('refuses a report that cannot be read in batches, with its reason', () => {
    const never = { ...findReport('problems'), merge: { never: 'the median of all tenants' } };
    const values = parseParameters(never, ['tenant_ids=a,b,c'], { window });
    expect(tenantBatches(never, values, 3)).toEqual([values]);
    expect(() => tenantBatches(never, values, 2)).toThrow(
      /more tenants than one statement may name: expected at most 2 tenants, got 3\n.*the median of all tenants/,
    );
  });
});

const BOUNDS =
  'dt >= {{window.first_dt}} and dt <= {{window.last_dt}} and event_time >= {{window.start}} and event_time < {{window.end}}';
const LINES = `select tenant_id, service_name from events where tenant_id in ({{tenant_ids}}) and ${BOUNDS}`;

/** A report of this statement that merges after `counted`. */
function merging(sql: string, merge = 'merge: { after: counted }'): Report {
  const header = [
    'name: probe',
    'title: t',
    'owner: o',
    'description: d',
    'table: events',
    'expected_scan: s',
    'params:',
    '  - { name: tenant_ids, type: tenant_ids, description: d }',
    '  - { name: window, type: window, required: true, description: d }',
    '  - { name: late_days, type: lateness, default: 7, description: d }',
    'columns: []',
    ...(merge === '' ? [] : [merge]),
  ];
  return parseReport(`-- ---\n${header.map((line) => `-- ${line}\n`).join('')}-- ---\n${sql}`, 'probe.sql');
}

describe('lintMerge proves', () => {
  it.each([
    [`with counted as (${LINES}) select service_name, count(*) as n from counted group by service_name`],
    [
      `with lines as (${LINES}), counted as (select tenant_id, count(*) as n from lines group by tenant_id) select n from counted`,
    ],
    [
      `with counted as (select e.tenant_id, p.picodollars_per_unit as x from events e left join list_prices p on p.meter = e.service_name where e.tenant_id in ({{tenant_ids}}) and ${BOUNDS}) select x from counted`,
    ],
    [
      `with lines as (${LINES}), counted as (select l.tenant_id, row_number() over (partition by l.tenant_id order by l.service_name) as place from lines l) select place from counted`,
    ],
    [
      `with prices as (select meter from list_prices), lines as (${LINES}), counted as (select l.tenant_id from lines l join prices p on p.meter = l.service_name) select tenant_id from counted`,
    ],
    [`with counted as (${LINES} union all ${LINES}) select tenant_id from counted`],
    [
      `with counted as (${LINES}), ranked as (select tenant_id, row_number() over (order by tenant_id) as r from counted) select r from ranked order by r limit 3`,
    ],
  ])('%s', (sql) => {
    expect(lintMerge(merging(sql))).toEqual([]);
  });
});

describe('lintMerge refuses', () => {
  const counted = (query: string, rest = 'select tenant_id from counted'): string =>
    `with lines as (${LINES}), counted as (${query}) ${rest}`;

  it.each([
    [
      'rows of several tenants in one',
      counted('select service_name, count(*) as n from lines group by service_name'),
      /must select tenant_id/,
    ],
    [
      'groups of several tenants',
      counted('select tenant_id, count(*) as n from lines group by service_name'),
      /must group by tenant_id/,
    ],
    [
      'an aggregate of all',
      counted('select max(tenant_id) as tenant_id from lines'),
      /may not call anything else tenant_id/,
    ],
    ['another column of that name', counted('select service_name as tenant_id from lines'), /must select tenant_id/],
    [
      'a rank across tenants',
      counted('select tenant_id, row_number() over (order by service_name) as r from lines'),
      /not partitioned by tenant_id/,
    ],
    ['a window over all', counted('select tenant_id, count(*) over () as n from lines'), /not partitioned/],
    [
      'a window by name',
      counted('select tenant_id, count(*) over w as n from lines window w as (partition by tenant_id)'),
      /not partitioned/,
    ],
    ['a limit a batch', counted('select tenant_id from lines limit 3'), /may not order or limit/],
    ['an order by a batch', counted('select tenant_id from lines order by tenant_id'), /may not order or limit/],
    [
      'tenants joined with tenants',
      counted('select a.tenant_id from lines a join lines b on a.service_name = b.service_name'),
      /joins rows of tenants with others/,
    ],
    [
      'a right join',
      counted('select l.tenant_id from lines l right join list_prices p on p.meter = l.service_name'),
      /join, left join and cross join only/,
    ],
    [
      'prices before tenants',
      counted('select l.tenant_id from list_prices p left join lines l on p.meter = l.service_name'),
      /without where tenant_id in/,
    ],
    [
      'a query in a condition',
      counted('select tenant_id from lines where tenant_id in (select tenant_id from tenants)'),
      /query in parentheses/,
    ],
    [
      'a set without its doubles',
      counted('select tenant_id from lines union select tenant_id from lines'),
      /union all only/,
    ],
    [
      'what one set has and another not',
      counted('select tenant_id from lines except select tenant_id from lines'),
      /union all only/,
    ],
    ['the ledger of everyone', counted('select tenant_id, service from ledger'), /without where tenant_id in/],
    [
      'one tenant in every batch',
      counted(`select tenant_id from events where tenant_id = '_unknown' and ${BOUNDS}`),
      /without where tenant_id in/,
    ],
    [
      'the list by or',
      counted('select tenant_id from events where tenant_id in ({{tenant_ids}}) or true'),
      /without where tenant_id in/,
    ],
    [
      'the list for more than whose rows',
      counted('select tenant_id, case when service_name in ({{tenant_ids}}) then 1 else 0 end as x from lines'),
      /for more than the tenants whose rows/,
    ],
    [
      'a view after the merge',
      counted(
        'select tenant_id from lines',
        'select c.tenant_id from counted c join tenants t on t.tenant_id = c.tenant_id',
      ),
      /reads tenants after it/,
    ],
    [
      'an earlier table after the merge',
      counted('select tenant_id from lines', 'select tenant_id from lines'),
      /reads lines after it/,
    ],
    ['no such table', `with lines as (${LINES}) select tenant_id from lines`, /counted, which is no table/],
    ['no table at all', LINES, /counted, which is no table/],
    [
      'a table that reads no list',
      `with lines as (${LINES}), counted as (select meter from list_prices) select meter from counted`,
      /reads no list of tenants/,
    ],
  ])('%s', (_, sql, message) => {
    expect(lintMerge(merging(sql)).join('\n')).toMatch(message);
  });

  it('lines of a list without a word on it, a word on no list, and a list too many', () => {
    const sql = `with counted as (${LINES}) select tenant_id from counted`;
    expect(lintMerge(merging(sql, ''))).toEqual([expect.stringMatching(/does not say how batches merge/)]);
    expect(lintMerge(merging(sql, 'merge: { never: a median of all }'))).toEqual([]);
    const report = merging(sql);
    expect(lintMerge({ ...report, params: report.params.slice(1) })).toEqual([expect.stringMatching(/no list/)]);
    expect(lintMerge({ ...report, params: [...report.params, ...report.params] })).toEqual([
      expect.stringMatching(/more than one list/),
    ]);
    expect(() => merging(sql, 'merge: { after: a, never: b }')).toThrow(/after or never/);
    expect(() => merging(sql, 'merge: {}')).toThrow(/after or never/);
  });
});
