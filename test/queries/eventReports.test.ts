import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../queries/index.js';
import { answer, type FixtureRow, fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'event-reports-'));
let engine: Engine;
const TRACE = '0af7651916cd43dd8448eb211c80319c';

let made = 0;
/** One line of acme that arrived the day it happened, unless said otherwise. */
const line = (time: string, more: FixtureRow = {}): FixtureRow => ({
  tenant_id: 'acme',
  dt: time.slice(0, 10),
  event_id: `e${++made}`,
  id_hour: `${time.slice(0, 13)}:00:00`,
  event_time: time,
  arrival_time: time,
  format: 'json',
  service_name: 'api',
  problems: [],
  ...more,
});
const booked = (emitter: string, dt: string, events: number): FixtureRow => ({
  emitter,
  dt,
  event_hour: '2026-11-20 10:00:00',
  booked_date: dt,
  manifest: 1,
  arrival_through: `${dt} 10:30:00`,
  rows: events,
  events,
  duplicates: 0,
});
const usage = (emitter: string, dt: string, tenant: string, series: string, id: string): FixtureRow => ({
  emitter,
  dt,
  event_time: '2026-11-20 10:00:00',
  event_id: id,
  tenant_id: tenant,
  service: 'Cognito',
  meter: 'monthly_active_users',
  unit: 'Users',
  kind: 'distinct',
  series,
  quantity_micros: 1000000,
});
const hour = { since: '2026-11-20T10:00:00Z', until: '2026-11-20T11:00:00Z' };
const acme = 'tenant_id=acme';

beforeAll(async () => {
  const twice = { event_id: 'twice', body: 'paid 100% of "it\'s"', severity_number: 9, severity_text: 'INFO' };
  const boom = { severity_number: 17, severity_text: 'ERROR', error_type: 'Timeout', http_response_status_code: 504 };
  const request = (ms: number | null, status = 200): FixtureRow => ({
    service_name: 'web',
    http_request_method: 'GET',
    http_route: '/orders',
    http_response_status_code: status,
    duration_ms: ms,
  });
  engine = await fixtureEngine(root, {
    events: [
      line('2026-11-20 10:00:00', { ...twice, trace_id: TRACE, span_id: 'b7ad6b7169203331' }),
      line('2026-11-20 10:00:00', { ...twice, arrival_time: '2026-11-21 02:00:00', dt: '2026-11-21', trace_id: TRACE }),
      line('2026-11-20 10:01:00', { ...boom, body: 'first', trace_id: TRACE }),
      line('2026-11-20 10:02:00', { ...boom, body: `second ${'x'.repeat(300)}`, dt: '2026-11-27' }),
      line('2026-11-20 10:03:00', { ...boom, body: 'nine days late', dt: '2026-11-29' }),
      line('2026-11-20 10:04:00', { format: 'heartbeat', body: 'beat' }),
      line('2026-11-20 10:05:00', { body: 'no severity 100x', problems: ['time_missing', 'line_truncated'] }),
      line('2026-11-20 11:00:00', { ...boom, body: 'after the window' }),
      line('2026-11-20 09:59:59.999', { ...boom, body: 'before the window' }),
      line('2026-11-20 10:06:00', {
        ...boom,
        body: 'of another tenant',
        tenant_id: 'globex',
        trace_id: TRACE,
        problems: ['time_missing'],
      }),
      // Twenty requests of 1 to 20 ms, two of them failed, and one that states no duration.
      ...Array.from({ length: 20 }, (_, index) =>
        line('2026-11-20 10:10:00', request(index + 1, index < 2 ? 500 : 200)),
      ),
      line('2026-11-20 10:10:00', request(null)),
      line('2026-11-20 10:20:00', { tenant_id: '_unknown', namespace: 'team-x', service_name: 'cron' }),
      line('2026-11-20 10:21:00', { tenant_id: '_unknown', namespace: 'team-x', service_name: 'cron', event_id: 'u' }),
      line('2026-11-20 10:21:00', { tenant_id: '_unknown', namespace: 'team-x', service_name: 'cron', event_id: 'u' }),
    ],
    event_usage: [
      usage('acme', '2026-11-20', 'acme', 'ann', 's1'),
      usage('acme', '2026-11-20', 'acme', 'ann', 's2'),
      usage('acme', '2026-11-20', 'acme', 'ann', 's2'),
      usage('_shared', '2026-11-21', 'acme', 'bob', 's3'),
      usage('_shared', '2026-11-21', 'globex', 'bob', 's4'),
      { ...usage('acme', '2026-11-20', 'acme', 'pod', 's5'), kind: 'counter' },
    ],
    quarantine: [
      { dt: '2026-11-20', arrival_time: '2026-11-20 10:00:00', reason: 'undecodable', bytes: 3 },
      { dt: '2026-11-20', arrival_time: '2026-11-20 10:59:59.999', reason: 'undecodable', bytes: 4 },
      { dt: '2026-11-20', arrival_time: '2026-11-20 11:00:00', reason: 'undecodable', bytes: 5 },
      { dt: '2026-11-20', arrival_time: '2026-11-20 10:30:00', reason: 'identity_missing', bytes: 10 },
    ],
    booked_events: [
      booked('acme', '2026-11-20', 30),
      booked('acme', '2026-11-29', 1),
      booked('globex', '2026-11-20', 1),
      booked('globex', '2026-12-20', 5),
      booked('_shared', '2026-11-21', 2),
    ],
    ledger: [
      { emitter: '_shared', service: 'DynamoDB', resource: 'carts', meter: 'read_units', unit: 'ReadUnits' },
      { emitter: '_unknown', service: 'Pipeline', resource: '', meter: 'log_events', unit: 'Events' },
    ].map((row) => ({
      ...row,
      tenant_id: '_unknown',
      operation: '',
      event_hour: '2026-11-20 10:00:00',
      booked_date: '2026-11-20',
      manifest: 1,
      quantity_micros: '2500000',
      events: 1,
    })),
    tenants: [{ tenant_id: 'registered', name: 'Registered', plan: '' }],
  });
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

const bodies = async (...params: string[]): Promise<readonly (string | undefined)[]> =>
  (await answer(engine, 'tenant-logs', { ...hour, params: [acme, ...params] })).rows.map((row) =>
    row.split('|')[5]?.slice(0, 20),
  );

it('tenant-logs shows one tenant and window, newest first, each line once, by severity and text', async () => {
  expect(await bodies('severity=info')).toEqual(['second xxxxxxxxxxxxx', 'first', 'paid 100% of "it\'s"']);
  expect(await bodies('severity=error', 'late_days=9')).toEqual(['nine days late', 'second xxxxxxxxxxxxx', 'first']);
  expect(await bodies('search=100%')).toEqual(['paid 100% of "it\'s"']);
  expect(await bodies("search=it's")).toEqual(['paid 100% of "it\'s"']);
  expect(await bodies('search=FIRST')).toEqual([]);
  const [newest] = (await answer(engine, 'tenant-logs', { ...hour, params: [acme, 'search=first'] })).rows;
  expect(newest).toMatch(/^2026-11-20T10:01:00.000Z\|ERROR\|api\|-\|-\|first\|0af7651916cd43dd8448eb211c80319c\|e\d+$/);
});

it('says what the lateness bound and the limit leave out', async () => {
  const bounded = await answer(engine, 'tenant-logs', { ...hour, params: [acme, 'limit=2'] });
  expect(bounded.rows).toHaveLength(2);
  expect(bounded.warnings.join('\n')).toMatch(/only the first 2 rows are shown; raise limit/);
  expect(bounded.warnings.join('\n')).toMatch(
    /^1 lines of the window arrived more than 7 days after it.*raise late_days$/m,
  );
  const whole = await answer(engine, 'tenant-logs', { ...hour, params: [acme, 'limit=100', 'late_days=9'] });
  expect(whole.warnings.join('\n')).not.toMatch(/late_days|limit/);
});

it('trace follows one tenant only, oldest first', async () => {
  expect((await answer(engine, 'trace', { ...hour, params: [acme, `trace_id=${TRACE}`] })).rows).toEqual([
    '2026-11-20T10:00:00.000Z|b7ad6b7169203331|api|INFO|-|-|-|-|paid 100% of "it\'s"',
    '2026-11-20T10:01:00.000Z|-|api|ERROR|-|-|504|-|first',
  ]);
});

it('tenant-errors groups what failed, with the latest message cut', async () => {
  expect((await answer(engine, 'tenant-errors', { ...hour, params: [acme] })).rows).toEqual(
    [
      'web|-|/orders|500|2|2026-11-20T10:10:00.000Z|2026-11-20T10:10:00.000Z|-',
      `api|Timeout|-|504|2|2026-11-20T10:01:00.000Z|2026-11-20T10:02:00.000Z|second ${'x'.repeat(193)}`,
    ].sort((a, b) => (a < b ? -1 : 1)),
  );
});

it('tenant-latency takes percentiles by nearest rank, exactly', async () => {
  // Of 1 to 20: the 10th, the 19th and, since 99 of 100 of 20 is 19.8, the 20th.
  expect((await answer(engine, 'tenant-latency', { ...hour, params: [acme] })).rows).toEqual([
    'web|GET|/orders|20|2|10|19|20|20',
  ]);
});

it('problems reads the tenants asked for, or every one that lake or registry knows', async () => {
  expect((await answer(engine, 'problems', { ...hour, params: ['tenant_ids=globex'] })).rows).toEqual([
    'globex|time_missing|api|1|2026-11-20T10:06:00.000Z|2026-11-20T10:06:00.000Z',
  ]);
  const all = await answer(engine, 'problems', hour);
  expect(all.rows).toEqual([
    'acme|line_truncated|api|1|2026-11-20T10:05:00.000Z|2026-11-20T10:05:00.000Z',
    'acme|time_missing|api|1|2026-11-20T10:05:00.000Z|2026-11-20T10:05:00.000Z',
    'globex|time_missing|api|1|2026-11-20T10:06:00.000Z|2026-11-20T10:06:00.000Z',
  ]);
  // acme's one and globex's five came too late to be read.
  expect(all.warnings.join('\n')).toMatch(/^6 lines of the window/m);
});

it('quarantine counts by reason what arrived in the window', async () => {
  expect((await answer(engine, 'quarantine', hour)).rows).toEqual([
    'undecodable|2|7|2026-11-20T10:00:00.000Z|2026-11-20T10:59:59.999Z',
    'identity_missing|1|10|2026-11-20T10:30:00.000Z|2026-11-20T10:30:00.000Z',
  ]);
});

it('unattributed names the namespaces and resources no tenant has', async () => {
  expect((await answer(engine, 'unattributed', hour)).rows).toEqual([
    'line|team-x|_unknown|cron|-|log_events|Events|2',
    'usage|-|_shared|DynamoDB|carts|read_units|ReadUnits|2.5',
  ]);
});

it('active-users counts each member of a tenant once, whoever printed the line', async () => {
  expect((await answer(engine, 'active-users', hour)).rows).toEqual([
    'acme|Cognito|monthly_active_users|Users|2|3',
    'globex|Cognito|monthly_active_users|Users|1|1',
  ]);
});

it('reads 1,500 tenants in one statement', async () => {
  const tenants = Array.from({ length: 1500 }, (_, index) => ({ tenant_id: `t-${index}`, name: '', plan: '' }));
  const many = await fixtureEngine(root, {
    tenants,
    events: tenants.map(({ tenant_id }) => line('2026-11-20 10:00:00', { tenant_id, problems: ['time_missing'] })),
  });
  const { rows } = await answer(many, 'problems', { ...hour, params: ['limit=10000'] });
  await many.close();
  expect(rows).toHaveLength(1500);
});
