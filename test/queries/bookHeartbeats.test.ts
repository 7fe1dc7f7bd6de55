import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRegistry, HOUR_MS } from '../../model/index.js';
import { buildLedger, openDuckDb } from '../../queries/index.js';
import { agentPrints, agentWriter, type Printed } from './agentLake.js';

const root = mkdtempSync(join(tmpdir(), 'booked-heartbeats-'));
const TEN = Date.parse('2026-12-01T10:00:00Z');
const MINUTE = 60_000;
let writer: Awaited<ReturnType<typeof agentWriter>>;
let lakes = 0;

beforeAll(async () => {
  writer = await agentWriter();
});
afterAll(() => {
  writer.close();
  rmSync(root, { recursive: true, force: true });
});

async function lakeOf(...imports: readonly (readonly Printed[])[]): Promise<string> {
  const lake = join(root, `lake-${lakes++}`);
  mkdirSync(lake);
  for (const printed of imports) {
    await writer.add(lake, printed);
    await buildLedger({ lake, clock: () => TEN, memoryMb: 128, threads: 1 });
  }
  return lake;
}

async function ask(lake: string, sql: string): Promise<readonly string[]> {
  const registry = buildRegistry({ tenants: [] });
  const engine = await openDuckDb({ lake, memoryMb: 128, threads: 1, listPrices: [], registry });
  const { rows } = await engine.query(sql);
  await engine.close();
  return rows.map((row) => row.map((value) => (value === null ? '-' : String(value))).join('|'));
}

const HOURS = `select pod, started, substr(cast(event_hour as varchar), 12, 5), minutes_heard, silent_minutes, silent_from,
  substr(cast(first_heard as varchar), 12, 8), substr(cast(last_heard as varchar), 12, 8), lines_read, lines_held_back,
  hour_lines_read, hour_lines_held_back, counted_by_hour, closed from booked_heartbeats order by all`;
const SOURCES = `select tenant_id, pod_uid, substr(cast(hour as varchar), 12, 5), cast(sum(lines) as bigint), cast(sum(duplicates) as bigint),
  cast(sum(listed) as bigint), min(first_seen), max(last_seen) from booked_sources group by all order by all`;
const everyMinute = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => from + at * MINUTE);

describe('booked heartbeats', () => {
  it('say per process and hour which minutes were heard, what was counted, and whether that is the last word', async () => {
    const from = TEN - 30 * MINUTE + 500;
    const reads = [...everyMinute(from + 1000, 60), TEN + 59 * MINUTE + 59_000];
    const run = { tenant: 'acme', pod: 'a', from, until: TEN + 65 * MINUTE, reads, holds: [reads[31] ?? 0] };
    const started = Math.floor(from / 1000);
    expect(await ask(await lakeOf(agentPrints(run)), HOURS)).toEqual([
      `a|${started}|09:00|29|0|-|09:31:00|09:59:00|29|0|30|0|1|1`,
      `a|${started}|10:00|60|0|-|10:00:00|10:59:00|60|1|31|1|1|1`,
      `a|${started}|11:00|5|0|-|11:00:00|11:04:00|61|1|0|0|1|0`,
    ]);
  });

  it('name the longest silence between heartbeats', async () => {
    const beats = agentPrints({ tenant: 'acme', pod: 'a', from: TEN - 60_000 + 1, until: TEN + HOUR_MS });
    const lost = new Set([3, 10, 11, 12, 40, 41]);
    const heard = beats.filter(({ time }) => !lost.has((time - 1 - TEN) / MINUTE) && time < TEN + 50 * MINUTE);
    expect(await ask(await lakeOf(heard), HOURS)).toEqual([
      // It ran in the hour before, was not heard in it, and told later what it had counted.
      `a|${TEN / 1000 - 60}|09:00|0|0|-|-|-|-|-|0|0|1|1`,
      `a|${TEN / 1000 - 60}|10:00|44|3|10|10:00:00|10:49:00|0|0|0|0|1|0`,
    ]);
  });

  it('take agents that do not count by the hour to have read what lies between their heartbeats', async () => {
    const reads = everyMinute(TEN - 5 * MINUTE, 70);
    const from = TEN - 10 * MINUTE + 30_000;
    const run = { tenant: 'acme', pod: 'a', from, until: TEN + 5 * MINUTE, reads, byHour: false };
    // Of the first hour all of it, since the agent started in it.
    expect(await ask(await lakeOf(agentPrints(run)), HOURS)).toEqual([
      `a|${from / 1000}|09:00|9|0|-|09:51:30|09:59:30|5|0|5|0|0|1`,
      `a|${from / 1000}|10:00|5|0|-|10:00:30|10:04:30|10|0|4|0|0|1`,
    ]);
  });

  it('stand beside the lines of each source, in the hour they were stamped in, duplicates apart', async () => {
    const line = { tenant: 'acme', pod: 'a', time: TEN + 5, happened: TEN - 5, id: 'one' };
    const imported = { tenant: '_shared', time: TEN + 5, happened: TEN - 5, id: 'two', format: 'alb' };
    const lists = { tenant: 'acme', pod: 'a', container: 'app' };
    const lake = await lakeOf(
      [line, imported, { ...line, id: 'three', format: 'reattribution' }],
      [line, { tenant: '_shared', time: TEN + 30_000, lists }, { tenant: 'acme', time: TEN, format: 'heartbeat' }],
    );
    expect(await ask(lake, SOURCES)).toEqual([
      '_shared|-|09:00|1|0|0|2026-12-01T10:00:00.005Z|2026-12-01T10:00:00.005Z',
      '_shared|-|10:00|1|0|0|2026-12-01T10:00:30.000Z|2026-12-01T10:00:30.000Z',
      'acme|a-uid|10:00|1|1|1|2026-12-01T10:00:00.005Z|2026-12-01T10:00:30.000Z',
    ]);
  });

  it('are no file where there are none', async () => {
    const lake = await lakeOf([{ tenant: 'acme', time: TEN, format: 'heartbeat' }], [{ tenant: 'acme', time: TEN }]);
    const files = ['0000000001', '0000000002'].map((booking) =>
      readdirSync(join(lake, 'ledger/bookings', booking)).sort(),
    );
    expect(files).toEqual([
      ['events.parquet', 'heartbeats.parquet', 'recent.parquet', 'usage.parquet'],
      ['events.parquet', 'recent.parquet', 'sources.parquet', 'usage.parquet'],
    ]);
  });
});

it('however heartbeats and lines are cut into bookings, ordered and repeated, the answers are those of one booking', async () => {
  const runs = [
    {
      tenant: 'acme',
      pod: 'a',
      from: TEN - 7 * MINUTE,
      until: TEN + 9 * MINUTE,
      reads: everyMinute(TEN - 6 * MINUTE, 15),
    },
    { tenant: 'acme', pod: 'a', from: TEN + 12 * MINUTE, until: TEN + 20 * MINUTE, reads: [TEN + 13 * MINUTE] },
    { tenant: 'globex', pod: 'g', from: TEN - 5000, until: TEN + 8 * MINUTE, byHour: false },
  ];
  const all = runs.flatMap(agentPrints);
  const whole = await lakeOf(all);
  const distinct = SOURCES.replace('cast(sum(duplicates) as bigint)', '0');
  const expected = [await ask(whole, HOURS), await ask(whole, distinct)];
  const cuts = fc.array(fc.nat({ max: 2 }), { minLength: all.length, maxLength: all.length });
  const again = fc.subarray([...all.keys()], { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
      cuts,
      again,
      async (order, cut, twice) => {
        const parts = [0, 1, 2].map((part) => order.filter((_, at) => cut[at] === part));
        parts.push(twice);
        const lake = await lakeOf(
          ...parts.filter((part) => part.length > 0).map((part) => part.map((at) => all[at] as Printed)),
        );
        expect([await ask(lake, HOURS), await ask(lake, distinct)]).toEqual(expected);
        // The next day seals the date: its bookings become one.
        await buildLedger({ lake, clock: () => TEN + 48 * HOUR_MS, memoryMb: 128, threads: 1 });
        expect(readdirSync(join(lake, 'ledger/bookings'))).toContain('sealed-2026-12-01');
        expect([await ask(lake, HOURS), await ask(lake, distinct)]).toEqual(expected);
        rmSync(lake, { recursive: true });
      },
    ),
    { numRuns: 6 },
  );
  expect(existsSync(whole)).toBe(true);
});
