import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../queries/index.js';
import { answer, type FixtureRow, fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'ledger-reports-'));
let engine: Engine;

type Use = readonly [tenant: string, meter: string, hour: string, micros: string, ...more: string[]];
/** One ledger row: tenant, `Service.meter`, hour, millionths, then resource, operation and day of booking. */
const used = ([tenant, path, hour, micros, resource = '', operation = '', booked = '2026-11-20']: Use): FixtureRow => {
  const [service = '', meter = ''] = path.split('.');
  const unit = meter === 'log_bytes' ? 'B' : 'Units';
  const names = { tenant_id: tenant, emitter: tenant, service, resource, operation, meter, unit };
  const hourText = `2026-11-${hour}:00:00`;
  return { ...names, event_hour: hourText, booked_date: booked, manifest: 1, quantity_micros: micros, events: 2 };
};
const booked = (emitter: string, dt: string, hour: string, arrived: string, rows: number, duplicates: number) => ({
  emitter,
  dt: `2026-11-${dt}`,
  event_hour: `2026-11-${hour}:00:00`,
  booked_date: '2026-11-21',
  manifest: 1,
  arrival_through: `2026-11-${arrived}`,
  rows,
  events: rows - duplicates,
  duplicates,
});
const day = { since: '2026-11-20T00:00:00Z', until: '2026-11-21T00:00:00Z' };

beforeAll(async () => {
  engine = await fixtureEngine(root, {
    ledger: [
      used(['acme', 'DynamoDB.read_units', '20 09', '1500000', 'orders', 'GetItem']),
      used(['acme', 'DynamoDB.read_units', '20 10', '500000', 'orders', 'Query']),
      used(['globex', 'DynamoDB.read_units', '20 10', '4000000', 'orders', 'Query', '2026-11-25']),
      used(['globex', 'DynamoDB.write_units', '20 10', '1', 'café', 'PutItem']),
      used(['globex', 'DynamoDB.requests', '20 10', '3000000', '', 'PutItem']),
      // An integer no double holds, and one hour outside the window on either side.
      used(['acme', 'EKS.memory_gib_seconds', '20 23', '90071992547409930000001']),
      used(['acme', 'DynamoDB.read_units', '19 23', '7000000', 'orders', 'GetItem']),
      used(['acme', 'DynamoDB.read_units', '21 00', '7000000', 'orders', 'GetItem']),
      used(['_unknown', 'DynamoDB.read_units', '20 11', '2000000', 'carts', 'Query']),
      used(['acme', 'Pipeline.log_events', '20 10', '3000000']),
      used(['acme', 'Pipeline.log_bytes', '20 10', '300000000']),
      used(['_shared', 'Pipeline.log_bytes', '20 10', '700000000']),
    ],
    booked_events: [
      booked('acme', '20', '20 10', '20 10:59:59.999', 5, 0),
      booked('acme', '21', '20 23', '21 00:00:10.500', 10, 4),
      booked('acme', '23', '20 10', '23 08:00:00', 3, 1),
      booked('globex', '20', '20 11', '20 12:00:01', 7, 2),
      booked('globex', '20', '19 11', '20 12:00:01', 7, 7),
    ],
    list_prices: [
      { service: 'DynamoDB', meter: 'read_units', picodollars_per_unit: 125000 },
      { service: 'DynamoDB', meter: 'write_units', picodollars_per_unit: 625000 },
    ],
  });
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

it('tenant-share ranks all meters by list price, or each meter on its own', async () => {
  const share = async (weigh: string): Promise<readonly string[]> =>
    (await answer(engine, 'tenant-share', { ...day, params: ['service=DynamoDB', `weigh=${weigh}`] })).rows;
  expect(await share('price')).toMatchInlineSnapshot(`
    [
      "1|globex|0.000000500000625|USD|0.500000|0.000000|0.250000|0.250000|2.000003|-",
      "2|_unknown|0.00000025|USD|0.250000|0.000000|0.375000|0.500000|0.666666|-",
      "3|acme|0.00000025|USD|0.250000|1.000000|0.500000|0.500000|0.499999|0.285714",
    ]
  `);
  expect(await share('meter')).toMatchInlineSnapshot(`
    [
      "1|globex|4|read_units|0.500000|0.000000|0.250000|0.250000|2.000000|-",
      "2|_unknown|2|read_units|0.250000|0.000000|0.375000|0.500000|0.666667|-",
      "3|acme|2|read_units|0.250000|1.000000|0.500000|0.500000|0.500000|0.285714",
      "1|globex|3|requests|1.000000|-|-|-|-|-",
      "1|globex|0.000001|write_units|1.000000|-|-|-|-|-",
    ]
  `);
});

it('top-operations and top-resources rank within each meter, and name the tenant behind each', async () => {
  const params = ['service=DynamoDB', 'top=2'];
  // Query: 0.5 + 4 + 2 of three tenants; GetItem 1.5 of one.
  expect((await answer(engine, 'top-operations', { ...day, params })).rows).toEqual([
    'read_units|Units|1|Query|6.5|6|3|globex|4',
    'read_units|Units|2|GetItem|1.5|2|1|acme|1.5',
    'requests|Units|1|PutItem|3|2|1|globex|3',
    'write_units|Units|1|PutItem|0.000001|2|1|globex|0.000001',
  ]);
  expect((await answer(engine, 'top-resources', { ...day, params: ['service=DynamoDB', 'top=1'] })).rows).toEqual([
    'read_units|Units|1|orders|6|6|2|globex|4',
    'requests|Units|1||3|2|1|globex|3',
    'write_units|Units|1|café|0.000001|2|1|globex|0.000001',
  ]);
});

it('tenant-usage-by-hour reads one tenant, hour by hour, and keeps every digit', async () => {
  expect((await answer(engine, 'tenant-usage-by-hour', { ...day, params: ['tenant_id=acme'] })).rows).toEqual([
    '2026-11-20T09:00:00.000Z|DynamoDB|read_units|Units|1.5|2',
    '2026-11-20T10:00:00.000Z|DynamoDB|read_units|Units|0.5|2',
    '2026-11-20T10:00:00.000Z|Pipeline|log_bytes|B|300|2',
    '2026-11-20T10:00:00.000Z|Pipeline|log_events|Units|3|2',
    '2026-11-20T23:00:00.000Z|EKS|memory_gib_seconds|Units|90071992547409930.000001|2',
  ]);
});

it('service-by-tenant-matrix values what has a list price and counts what has none', async () => {
  // acme 2 read units, globex 4 and a millionth of a write unit, _unknown 2: at 1.25e-7 and 6.25e-7 USD.
  expect((await answer(engine, 'service-by-tenant-matrix', day)).rows).toEqual([
    '_shared|Pipeline|-|-|2|1',
    '_unknown|DynamoDB|0.00000025|0.000001000000625|2|0',
    'acme|DynamoDB|0.00000025|0.000001000000625|4|0',
    'acme|EKS|-|-|2|1',
    'acme|Pipeline|-|-|4|2',
    'globex|DynamoDB|0.000000500000625|0.000001000000625|6|1',
  ]);
});

it('duplicates and late-data say what was counted once and what came on a later day', async () => {
  expect((await answer(engine, 'duplicates', day)).rows).toEqual([
    'acme|2026-11-20|18|13|5',
    'globex|2026-11-20|7|5|2',
  ]);
  expect((await answer(engine, 'late-data', day)).rows).toEqual([
    'acme|2026-11-20|2026-11-23|3|2|1',
    'acme|2026-11-20|2026-11-21|1|6|4',
  ]);
  expect((await answer(engine, 'late-data', { ...day, params: ['min_days=2'] })).rows).toEqual([
    'acme|2026-11-20|2026-11-23|3|2|1',
  ]);
});

it('ingest-lag gives how long after its end an hour was complete', async () => {
  // acme: hour 10 ended 11:00 on the 20th, its last line came 08:00 on the 23rd; hour 23 ended at midnight.
  const hour10 = 69 * 3_600_000;
  expect((await answer(engine, 'ingest-lag', day)).rows).toEqual([
    `acme|2|13|2026-11-20T23:00:00.000Z|2026-11-23T08:00:00.000Z|10500|${hour10}`,
    'globex|1|5|2026-11-20T11:00:00.000Z|2026-11-20T12:00:01.000Z|1000|1000',
  ]);
});

it('billing-usage leaves out what was booked after the day asked for', async () => {
  const rows = async (...params: string[]) => (await answer(engine, 'billing-usage', { ...day, params })).rows;
  expect(await rows()).toEqual([
    '_shared|2026-11-20|Pipeline|log_bytes|B|700|2|2026-11-20',
    '_unknown|2026-11-20|DynamoDB|read_units|Units|2|2|2026-11-20',
    'acme|2026-11-20|DynamoDB|read_units|Units|2|4|2026-11-20',
    'acme|2026-11-20|EKS|memory_gib_seconds|Units|90071992547409930.000001|2|2026-11-20',
    'acme|2026-11-20|Pipeline|log_bytes|B|300|2|2026-11-20',
    'acme|2026-11-20|Pipeline|log_events|Units|3|2|2026-11-20',
    'globex|2026-11-20|DynamoDB|read_units|Units|4|2|2026-11-25',
    'globex|2026-11-20|DynamoDB|requests|Units|3|2|2026-11-20',
    'globex|2026-11-20|DynamoDB|write_units|Units|0.000001|2|2026-11-20',
  ]);
  const before = await rows('booked_through=2026-11-24');
  expect(before).toHaveLength(8);
  expect(before.join('\n')).not.toContain('globex|2026-11-20|DynamoDB|read_units');
});

it('pipeline-cost and allocation-base give parts beside the whole', async () => {
  expect((await answer(engine, 'pipeline-cost', day)).rows).toEqual(['_shared|0|3|700|1000|-', 'acme|3|3|300|1000|-']);
  const base = (await answer(engine, 'allocation-base', day)).rows;
  expect(base.filter((row) => row.startsWith('DynamoDB|read_units'))).toEqual([
    'DynamoDB|read_units|Units|unattributed|_unknown|2|8|0.00000025|2',
    'DynamoDB|read_units|Units|tenant|acme|2|8|0.00000025|4',
    'DynamoDB|read_units|Units|tenant|globex|4|8|0.0000005|2',
  ]);
  expect(base.filter((row) => row.startsWith('Pipeline|log_bytes'))).toEqual([
    'Pipeline|log_bytes|B|platform|_shared|700|1000|-|2',
    'Pipeline|log_bytes|B|tenant|acme|300|1000|-|2',
  ]);
});

it('an empty window gives no rows, and every report answers with the columns its header declares', async () => {
  const empty = { since: '2027-01-01T00:00:00Z', until: '2027-01-02T00:00:00Z' };
  const params = ['service=DynamoDB'];
  for (const name of ['top-operations', 'top-resources']) {
    expect((await answer(engine, name, { ...empty, params })).rows).toEqual([]);
  }
  for (const name of ['duplicates', 'late-data', 'ingest-lag', 'pipeline-cost', 'allocation-base', 'billing-usage']) {
    expect((await answer(engine, name, empty)).rows).toEqual([]);
  }
});
