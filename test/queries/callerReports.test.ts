import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';
import { buildLedger, type Engine, findReport, openDuckDb } from '../../queries/index.js';
import { answer, type FixtureRow, fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'caller-reports-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const hour = { since: '2026-11-20T10:00:00Z', until: '2026-11-20T11:00:00Z' };

let made = 0;
/** One entry of a line of acme's own. */
const entry = (micros: number, more: FixtureRow = {}): FixtureRow => ({
  emitter: 'acme',
  dt: '2026-11-20',
  event_time: '2026-11-20 10:00:00',
  arrival_time: '2026-11-20 10:00:01',
  event_id: `e${++made}`,
  entry: 1,
  tenant_id: 'acme',
  service: 'DynamoDB',
  meter: 'read_units',
  unit: 'ReadUnits',
  kind: 'sum',
  quantity_micros: micros,
  ...more,
});

it('of one tenant and of many differ by whose lines they read, and by nothing behind that', () => {
  const behind = (name: string): string => {
    const { sql } = findReport(name);
    return sql.slice(sql.indexOf('summed as ('));
  };
  expect(behind('tenant-callers')).toBe(behind('top-callers'));
  expect(behind('top-callers')).toContain('order by tenant_id');
});

describe('top-callers and tenant-callers', () => {
  let engine: Engine;
  const rows = async (report: string, ...params: string[]): Promise<readonly string[]> =>
    (await answer(engine, report, { ...hour, params })).rows;
  beforeAll(async () => {
    const ann = { user_id: 'ann' };
    const request = (method: string | null, route: string | null, path: string | null): FixtureRow =>
      entry(1_000_000, {
        ...{ service: 'Ingress', meter: 'requests', unit: 'Requests' },
        ...{ http_request_method: method, http_route: route, url_path: path },
      });
    engine = await fixtureEngine(root, {
      event_usage: [
        entry(6_000_000, { ...ann, event_id: 'two' }),
        entry(2_000_000, { ...ann, event_id: 'two', entry: 2, meter: 'write_units', unit: 'WriteUnits' }),
        // The same line again, a day later.
        entry(6_000_000, { ...ann, event_id: 'two', dt: '2026-11-21', arrival_time: '2026-11-21 01:00:00' }),
        entry(1_000_000, { ...ann, meter: 'requests', unit: 'Requests' }),
        entry(3_000_000, { user_id: 'bob' }),
        entry(2_000_000, { user_id: 'cyd' }),
        entry(500_000, { user_id: 'dan' }),
        entry(4_000_000),
        entry(5_000_000, { user_id: 'bob', emitter: '_shared' }),
        entry(7_000_000, { user_id: 'bob', emitter: '_shared', tenant_id: 'globex' }),
        entry(9_000_000, { user_id: 'early', event_time: '2026-11-20 09:59:59.999' }),
        entry(9_000_000, { user_id: 'counter', kind: 'counter' }),
        request('GET', '/orders/{id}', '/orders/17'),
        request('GET', null, '/v1/orders/17'),
        request('GET', null, '/v1/orders/18'),
        request('GET', null, '/v1/orders/a81f0/items/7/8'),
        request('GET', null, '/'),
        request('POST', null, null),
        request(null, null, null),
        // What a logger prints that knows no route.
        request('GET', '', '/v1/orders/19'),
        entry(3_000_000, { user_id: 'eve', emitter: '_shared', tenant_id: '_unknown' }),
        entry(3_000_000, { user_id: 'fay', emitter: '_shared', tenant_id: '_unknown' }),
        entry(-4_000_000, { emitter: '_shared', tenant_id: '_unknown' }),
      ],
      list_prices: [
        { service: 'DynamoDB', meter: 'read_units', picodollars_per_unit: 1_000_000 },
        { service: 'DynamoDB', meter: 'write_units', picodollars_per_unit: 5_000_000 },
      ],
      booked_events: [],
      ledger: [],
    });
  });
  afterAll(() => engine.close());

  it('tell what users used: priced meters together, others by themselves, all that the lines say, each line once', async () => {
    expect((await rows('tenant-callers', 'tenant_id=acme', 'top=2')).filter((row) => row.includes('DynamoDB'))).toEqual(
      [
        'acme|DynamoDB|USD|USD|named|1|ann|1|0.000016|0.627451|2',
        'acme|DynamoDB|USD|USD|named|2|bob|1|0.000003|0.117647|1',
        'acme|DynamoDB|USD|USD|others|-|-|2|0.0000025|0.098039|2',
        'acme|DynamoDB|USD|USD|unstated|-|-|0|0.000004|0.156863|1',
        'acme|DynamoDB|requests|Requests|named|1|ann|1|1|1.000000|1',
      ],
    );
  });

  it('count what shared services printed for a tenant with its own, and nobody who was not asked for', async () => {
    const found = await rows('top-callers', 'tenant_ids=acme,_shared', 'top=1');
    expect(found.filter((row) => row.includes('|USD|'))).toEqual([
      'acme|DynamoDB|USD|USD|named|1|ann|1|0.000016|0.524590|2',
      'acme|DynamoDB|USD|USD|others|-|-|3|0.0000105|0.344262|4',
      'acme|DynamoDB|USD|USD|unstated|-|-|0|0.000004|0.131148|1',
    ]);
    expect(found.join()).not.toContain('globex');
  });

  it('tell endpoints by their route, else by the path without what looks like an id', async () => {
    const found = await rows('tenant-callers', 'tenant_id=acme', 'dimension=endpoint');
    expect(found.filter((row) => row.includes('Ingress'))).toEqual([
      'acme|Ingress|requests|Requests|named|1|GET /v1/orders/*|1|3|0.375000|3',
      'acme|Ingress|requests|Requests|named|2|GET /|1|1|0.125000|1',
      'acme|Ingress|requests|Requests|named|3|GET /orders/{id}|1|1|0.125000|1',
      'acme|Ingress|requests|Requests|named|4|GET /v1/orders/*/items/**|1|1|0.125000|1',
      'acme|Ingress|requests|Requests|named|5|POST|1|1|0.125000|1',
      'acme|Ingress|requests|Requests|unstated|-|-|0|1|0.125000|1',
    ]);
  });

  // Regression: its share was no number, 0.-333333.
  it('tell what a re-attribution took off somebody as less than nothing', async () => {
    expect(await rows('top-callers', 'tenant_ids=_unknown,_shared')).toEqual([
      '_unknown|DynamoDB|USD|USD|named|1|eve|1|0.000003|1.500000|1',
      '_unknown|DynamoDB|USD|USD|named|2|fay|1|0.000003|1.500000|1',
      '_unknown|DynamoDB|USD|USD|unstated|-|-|0|-0.000004|-2.000000|1',
    ]);
  });
});

it('event_usage has the user that a line states, whatever its logger calls it, and who states nobody has none', async () => {
  const registry = buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })] });
  const apps = [
    { 'enduser.id': 'ann', user_id: 'second' },
    { user: { id: 7 } },
    { usr: { id: 'dog' } },
    { user_id: 'bob' },
    { userId: '<b>cyd</b>' },
    { user_id: null, userId: '-' },
    { user: 'a name, and no id' },
  ];
  const lines = apps.map((app, offset) =>
    JSON.stringify({
      ...{ time: '2026-11-20T10:00:00Z', log: JSON.stringify({ msg: 'x', ...app }), tenant_id: 'acme' },
      ...{ namespace: 'tenant-acme', pod: 'p', container: 'c', file: 'f', offset },
    }),
  );
  const input = join(root, 'input');
  mkdirSync(input);
  writeFileSync(join(input, 'a.ndjson'), `${lines.join('\n')}\n`);
  const base = { lake: join(root, 'lake'), memoryMb: 256, threads: 1, clock: () => Date.parse('2026-11-20T12:00:00Z') };
  await runDelivery({ ...base, inputs: [input], registry, trust: 'namespace', platformStream: 'p', stream: 's' });
  await buildLedger(base);
  const engine = await openDuckDb({ ...base, listPrices: [], registry });
  const found = await engine.query(
    'select user_id, max(entry), count(*) from event_usage group by user_id order by user_id nulls last',
  );
  expect(found.rows.map((row) => row.join('|'))).toEqual([
    '7|2|2',
    '<b>cyd</b>|2|2',
    'ann|2|2',
    'bob|2|2',
    'dog|2|2',
    '|2|4',
  ]);
  await engine.close();
});
