import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { buildRegistry, HOUR_MS } from '../../model/index.js';
import { type Engine, openDuckDb, openTrinoLedger } from '../../queries/index.js';
import { findReport } from '../../queries/reports/catalogue.js';
import { agentPrints, agentWriter, type Printed } from '../queries/agentLake.js';
import { answerOf, type Engines, expectEqualAnswers } from './compareEngines.js';
import { bothLedgers } from './icebergHarness.js';

const trino = inject('trino');
const TEN = Date.UTC(2026, 11, 2, 10);
const MINUTE = 60_000;
const DAY = 24 * HOUR_MS;

const everyMinute = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => from + at * MINUTE);

/** Agents that count by the hour and one that does not, silences, a pod started again, lines held back, twice and of no pod, what the kubelet lists. */
function printed(): readonly Printed[] {
  const from = TEN - 30 * MINUTE + 500;
  const run = (pod: string, start: number, until: number, more = {}) =>
    agentPrints({ tenant: 'acme', pod, from: start, until, reads: everyMinute(start + 1000, 40), ...more });
  const lists = { tenant: 'globex', pod: 'g', container: 'app' };
  return [
    ...run('a', from, TEN + 65 * MINUTE, { holds: [from + 1000 + 31 * MINUTE] }).filter(
      ({ time, heartbeat }) => heartbeat === undefined || time < TEN + 5 * MINUTE || time > TEN + 12 * MINUTE,
    ),
    ...run('a', TEN + 66 * MINUTE, TEN + 80 * MINUTE),
    ...run('old', from, TEN + 70 * MINUTE, { byHour: false, container: 'side' }),
    ...run('quiet', from, TEN + 20 * MINUTE, { reads: [] }),
    ...everyMinute(TEN, 3).map((time) => ({ tenant: '_shared', time, lists })),
    { tenant: 'globex', time: TEN + 9000, id: 'imported', happened: TEN - 3 * HOUR_MS },
    { tenant: 'globex', time: TEN + 9000, id: 'corrected', format: 'reattribution' },
  ];
}

describe.skipIf('missing' in trino)('completeness by a ledger built on Trino', () => {
  it('is what it is by one built on DuckDB: heartbeats, sources, recent usage, also when merged', async () => {
    if ('missing' in trino) throw new Error('no Trino');
    const ledgers = await bothLedgers(trino, 'ice-complete');
    const writer = await agentWriter();
    const lines = printed();
    await writer.add(ledgers.lake, lines.slice(0, 150));
    await ledgers.onTrino();
    // Heartbeats and lines that come again, beside those that come first.
    await writer.add(ledgers.lake, lines.slice(100));
    await ledgers.onTrino();
    // Whatever the embedded ledger has not booked yet.
    const alone = await openOnTrino(ledgers.lake);
    expect((await alone.query('select tenant_id, dt, objects from unbooked')).rows).toEqual([]);
    await ledgers.onDuckDb();
    const expected = await ledgers.rowsOnDuckDb();
    expect(await ledgers.rowsOnTrino()).toEqual(expected);
    for (const table of ['booked_heartbeats', 'booked_sources', 'usage_recent'])
      expect(expected[table]?.length, table).toBeGreaterThan(0);
    const later = TEN + DAY;
    await writer.add(ledgers.lake, agentPrints({ tenant: 'acme', pod: 'b', from: later, until: later + 5 * MINUTE }));
    writer.close();
    await expectEqualReports(ledgers.lake);
    await ledgers.onTrino({ clock: () => later });
    await ledgers.onDuckDb(later);
    expect(await ledgers.rowsOnTrino()).toEqual(await ledgers.rowsOnDuckDb());
  });
});

/** Reports and what they say of their data; the views they are made of. */
async function expectEqualReports(lake: string): Promise<void> {
  const engines = await open(lake);
  const window = { start: TEN - 4 * HOUR_MS, end: TEN + 4 * HOUR_MS };
  for (const [name, values] of [
    ['completeness', { window, show: 'all' }],
    ['top-tenants', { window, top: 5 }],
  ] as const) {
    const answer = await answerOf(engines.trino, findReport(name), values);
    expect(answer, name).toStrictEqual(await answerOf(engines.duckdb, findReport(name), values));
    expect(answer.rows.length, name).toBeGreaterThan(0);
    expect([answer.data_through, answer.completeness], name).toEqual([
      expect.any(String),
      expect.stringMatching(/incomplete/),
    ]);
  }
  for (const view of ['booked_heartbeats', 'usage_recent', 'unbooked', 'completeness_settings'])
    expect(
      await expectEqualAnswers(engines, `select * from ${view} order by ${ORDER[view] ?? '1'}`),
      view,
    ).toBeGreaterThan(0);
  await engines.close();
}

const ORDER: Readonly<Record<string, string>> = {
  booked_heartbeats: 'tenant_id, pod_uid, started, event_hour',
  usage_recent: 'tenant_id, emitter, window_start, quantity_micros',
};

async function open(lake: string): Promise<Engines> {
  const duckdb = await openDuckDb({ ...shared(lake), memoryMb: 512, threads: 1 });
  return { duckdb, trino: await openOnTrino(lake), close: duckdb.close };
}

async function openOnTrino(lake: string): Promise<Engine> {
  if ('missing' in trino) throw new Error('no Trino');
  const name = lake.slice(lake.lastIndexOf('/') + 1);
  return openTrinoLedger({
    ...shared(lake),
    server: trino.server,
    user: 'test',
    catalog: 'lake',
    location: `local:///${name}`,
    ledgerCatalog: 'iceberg',
    ledgerSchema: name.replaceAll('-', '_'),
    fetch: globalThis.fetch,
    clock: Date.now,
    sleep,
  });
}

const shared = (lake: string) => ({ lake, listPrices: [], registry: buildRegistry({ tenants: [] }) });
