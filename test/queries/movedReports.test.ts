import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../queries/index.js';
import { daysUntil } from '../../queries/reports/deriveQuota.js';
import { answer, type FixtureRow, fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'moved-reports-'));
let engine: Engine;

const use = (tenant: string, hour: string, micros: number, more: FixtureRow = {}): FixtureRow => ({
  tenant_id: tenant,
  emitter: tenant,
  service: 'DynamoDB',
  resource: '',
  operation: '',
  meter: 'read_units',
  unit: 'ReadUnits',
  event_hour: `2026-11-${hour}:00:00`,
  booked_date: '2026-11-20',
  manifest: 1,
  quantity_micros: String(micros),
  events: 1,
  ...more,
});
const booked = (emitter: string, hour: string, dt: string, manifest: number, duplicates = 0): FixtureRow => ({
  emitter,
  dt: `2026-11-${dt}`,
  event_hour: `2026-11-${hour}:00:00`,
  booked_date: '2026-11-22',
  manifest,
  arrival_through: `2026-11-${dt} 23:00:00`,
  rows: 1 + duplicates,
  events: 1,
  duplicates,
});
const later = (manifest: number): FixtureRow => ({ booked_date: '2026-11-22', manifest });

beforeAll(async () => {
  engine = await fixtureEngine(root, {
    ledger: [
      use('acme', '20 09', 5_000_000),
      use('acme', '20 09', 1_000_000, later(2)),
      use('acme', '20 10', 2_000_000, later(2)),
      use('acme', '20 11', -500_000, { ...later(2), events: 0 }),
      // After the date, and nothing that moved.
      use('acme', '22 01', 9_000_000, later(2)),
      use('_unknown', '20 12', 3_000_000),
      use('_unknown', '20 12', -3_000_000, later(3)),
      use('globex', '20 12', 3_000_000, later(3)),
      use('acme', '21 09', 12_000_000),
      use('acme', '22 09', 14_000_000),
      use('globex', '22 09', 1_000_000),
      use('acme', '20 10', 7_000_000, { meter: 'write_units' }),
    ],
    booked_events: [
      booked('acme', '20 09', '22', 2, 4),
      booked('acme', '20 10', '20', 2),
      booked('_unknown', '20 12', '22', 3),
      booked('globex', '20 12', '22', 3),
    ],
    quotas: [
      { name: 'reads', service: 'DynamoDB', meter: 'read_units', per: 'hour', grain: 'hour', limit_micros: '30000000' },
      {
        name: 'writes',
        service: 'DynamoDB',
        meter: 'write_units',
        per: 'month',
        grain: 'month',
        limit_micros: '70000000',
      },
      { name: 'unused', service: 'SES', meter: 'recipients', per: 'day', grain: 'day', limit_micros: '1000000' },
    ],
    booked_heartbeats: [told('a', 10, 3, 1), told('b', 6, 0, 1), told('b', 2, 0, 2), told('c', 5, 0, 1)],
    booked_sources: [
      source('a', 5, 0),
      source('b', 6, 1),
      source('c', 7, 0),
      source(null, 4, 1),
      source('d', 3, 0, '_shared'),
    ],
    quarantine: [
      { dt: '2026-11-20', arrival_time: '2026-11-20 10:00:00', reason: 'undecodable', bytes: 1 },
      { dt: '2026-11-23', arrival_time: '2026-11-23 10:00:00', reason: 'undecodable', bytes: 1 },
    ],
  });
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

function told(pod: string, read: number, held: number, started: number): FixtureRow {
  const heard = {
    minutes_heard: 60,
    silent_minutes: 0,
    closed: 1,
    counted_by_hour: 1,
    first_heard: '2026-11-20 10:00:00',
  };
  const hour = {
    event_hour: '2026-11-20 10:00:00',
    last_heard: '2026-11-20 10:59:00',
    arrival_through: '2026-11-20 10:59:01',
  };
  const names = { tenant_id: 'acme', pod, pod_uid: pod, container: 'app', started };
  return { ...heard, ...hour, ...names, hour_lines_read: read, hour_lines_held_back: held };
}
function source(pod: string | null, lines: number, duplicates: number, tenant = 'acme'): FixtureRow {
  const seen = { first_seen: '2026-11-20 10:00:00', last_seen: '2026-11-20 10:59:00', listed: 0 };
  const container = pod === null ? null : 'app';
  return {
    tenant_id: tenant,
    pod_uid: pod,
    container,
    hour: '2026-11-20 10:00:00',
    manifest: 1,
    lines,
    duplicates,
    ...seen,
  };
}

const days = { since: '2026-11-20T00:00:00Z', until: '2026-11-23T00:00:00Z' };

it('restatement tells what came late, was replayed, re-attributed and corrected, and what changed nothing', async () => {
  const { rows } = await answer(engine, 'restatement', { ...days, params: ['booked_by=2026-11-21'] });
  expect(rows).toEqual([
    '_unknown|DynamoDB|read_units|ReadUnits|re-attributed|3|-3|0|1|2026-11-22',
    'acme||||duplicate|-|0|-|4|2026-11-22',
    // Everything of the meter up to the date's end: 5 and 12 before; 1, 2 and -0.5 after.
    'acme|DynamoDB|read_units|ReadUnits|corrected|17|-0.5|19.5|0|2026-11-22',
    'acme|DynamoDB|read_units|ReadUnits|late|17|1|19.5|1|2026-11-22',
    'acme|DynamoDB|read_units|ReadUnits|replayed|17|2|19.5|1|2026-11-22',
    'globex|DynamoDB|read_units|ReadUnits|re-attributed|0|3|3|1|2026-11-22',
  ]);
  expect((await answer(engine, 'restatement', { ...days, params: ['booked_by=2026-11-22'] })).rows).toEqual([]);
});

it('conservation closes: what was read against what was counted, and the rest by name', async () => {
  const { columns, rows } = await answer(engine, 'conservation', days);
  expect(columns.slice(1)).toEqual([
    'agents',
    'lines_read',
    'lines_held_back',
    'lines_sent',
    'lines_missing',
    'lines_read_again',
    'lines_not_told',
    'lines_counted',
    'lines_without_agent',
    'duplicates',
    'quarantined_records',
    'residual',
  ]);
  expect(rows).toEqual([
    '_shared|0|0|0|0|0|0|0|0|3|0|0|0',
    '_unknown|0|0|0|0|0|0|0|0|0|0|1|0',
    // a: 7 sent, 5 there. b: two processes sent 8, 6 there, one explained by its duplicate. c: 5 told, 7 there.
    'acme|3|23|3|20|3|1|2|18|4|2|0|0',
  ]);
});

describe('quota-usage', () => {
  it('says who used what of a limit in its busiest period, and when the trend reaches it', async () => {
    // Busiest hours of the days: 5 and 1 at nine on the 20th, 12, and 14 and 1: 6, 12, 15; 4.5 a day, 15.5 on the last.
    expect((await answer(engine, 'quota-usage', days)).rows).toEqual([
      'reads|DynamoDB|read_units|hour|2026-11-22T09:00:00.000Z|acme|14|15|30|0.466667|0.500000|3',
      'reads|DynamoDB|read_units|hour|2026-11-22T09:00:00.000Z|globex|1|15|30|0.033333|0.500000|3',
      'writes|DynamoDB|write_units|month|2026-11-01T00:00:00.000Z|acme|7|7|70|0.100000|0.100000|too few days',
    ]);
  });

  const sums = (values: readonly bigint[]) => {
    const sum = (of: (y: bigint, x: bigint) => bigint): bigint => values.reduce((s, y, x) => s + of(y, BigInt(x)), 0n);
    const days = BigInt(values.length);
    const ofX = { x: sum((_, x) => x), xx: sum((_, x) => x * x) };
    return { days, ...ofX, y: sum((y) => y), xy: sum((y, x) => x * y), lastX: days - 1n };
  };

  it('says so in words when nothing grows, or the limit is reached', () => {
    expect(daysUntil(100n, sums([5n, 5n, 5n]))).toBe('no growth');
    expect(daysUntil(100n, sums([9n, 5n, 1n]))).toBe('no growth');
    expect(daysUntil(100n, sums([80n, 100n, 120n]))).toBe('reached');
    expect(daysUntil(100n, sums([5n]))).toBe('too few days');
    expect(daysUntil(100n, sums([10n, 20n, 30n]))).toBe('7');
  });

  it('is exact on a straight line of any size', () => {
    const big = fc.bigInt({ min: 1n, max: 10n ** 24n });
    fc.assert(
      fc.property(
        big,
        big,
        fc.integer({ min: 2, max: 60 }),
        fc.bigInt({ min: 0n, max: 1000n }),
        (first, step, n, more) => {
          const values = Array.from({ length: n }, (_, day) => first + step * BigInt(day));
          const limit = (values.at(-1) ?? 0n) + step * more;
          expect(daysUntil(limit, sums(values))).toBe(more === 0n ? 'reached' : String(more));
        },
      ),
    );
  });
});
