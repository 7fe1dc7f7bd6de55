import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ledgerSource, openPolicyStore } from '../../../alerts/index.js';
import { runAlerts } from '../../../alerts/job/runAlerts.js';
import { exportPeriod, exportSettings, localHome } from '../../../billing/index.js';
import { onceForTime } from '../../../cli/jobs/onceForTime.js';
import {
  buildRegistry,
  configSchema,
  DEFAULT_LIST_PRICES,
  LEDGER_TABLES,
  rateCardSchema,
} from '../../../model/index.js';
import { JOB_COUNTS } from '../../../planner/jobs/jobCounts.js';
import { notedUnbooked, openBucketLedger, ToldObjects } from '../../../queries/index.js';
import { buildIcebergLedger } from '../../../queries/ledger/iceberg/buildIcebergLedger.js';
import { maintenanceStatements } from '../../../queries/ledger/iceberg/maintenance.js';
import { bookedSet } from '../../queries/bookedSet.js';
import { eventOf, FakeBucket, FakeQueue } from '../../queries/objectEvents/fakeEvents.js';
import { countingLedger, countingStore, SERVICES } from './countingLedger.js';

const NOW = Date.parse('2026-11-27T10:10:00Z');
const { ledger: LEDGER, detection: DETECTION, billing: BILLING, maintenance: MAINTENANCE, once: ONCE } = JOB_COUNTS;

/** Ends when the lease is given back. */
const sleep = (_: number, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => (signal.aborted ? resolve(0) : signal.addEventListener('abort', resolve)));

function engineOptions() {
  const { completeness, quotas } = configSchema.parse({});
  return { listPrices: DEFAULT_LIST_PRICES, registry: buildRegistry({ tenants: [] }), completeness, quotas };
}

describe('the ledger job', () => {
  it('asks for what the planner reckons with, with something to book and without', async () => {
    const { store, counts } = countingStore();
    const { ledger, add, taken } = countingLedger();
    const [queue, bucket] = [new FakeQueue(() => NOW), new FakeBucket()];
    const requests: string[] = [];
    queue.before = (call) => void requests.push(call);
    const put = (name: string): void => {
      add(name);
      queue.send(eventOf(bucket.put(`events/tenant_id=acme/dt=2026-11-27/${name}`, NOW)));
    };
    const run = async () => {
      const source = new ToldObjects({ events: bucket, queue, store, clock: () => NOW });
      const lease = { owner: 'test', ttlMs: 1000, sleep };
      const summary = await buildIcebergLedger({ ledger, store, source, clock: () => NOW, lease });
      await source.close();
      return summary;
    };
    put('one.parquet');
    await run();
    taken();
    Object.assign(counts, { lists: 0, logReads: 0, reads: 0, writes: 0 });
    for (const calls of [requests, bucket.asked]) calls.length = 0;
    put('two.parquet');
    expect(await run()).toMatchObject({ bookings: 1 });
    const booked = taken();
    // By the table's whole name: `events` is a column of the ledger's tables as well (regression: four that write it counted).
    const ofLines = booked.statements.filter(
      (sql) => /"lake"\."events"|_lines"/.test(sql) && !sql.startsWith('select count(*) from'),
    );
    expect({
      statements: booked.statements.length,
      ofLines: ofLines.length,
      commits: booked.statements.filter((sql) => /^(?:insert|create)/i.test(sql)).length,
      requests: requests.length,
      looks: bucket.asked.filter((call) => call.startsWith('look ')).length,
      asked: bucket.asked.length,
      ...counts,
    }).toEqual({
      statements: LEDGER.statements,
      ofLines: LEDGER.ofLines,
      commits: LEDGER.commits,
      requests: LEDGER.requests,
      looks: LEDGER.looks,
      // Nothing is listed.
      asked: LEDGER.looks,
      lists: LEDGER.logListings,
      // The last entry, the one of today before, which is the same, and the one of this run.
      logReads: LEDGER.logReads + 2,
      reads: LEDGER.reads,
      writes: LEDGER.writes,
    });
    Object.assign(counts, { lists: 0, writes: 0 });
    await run();
    expect(taken().statements).toHaveLength(LEDGER.idle);
    expect(counts).toMatchObject({ lists: LEDGER.idleListings, writes: LEDGER.idleWrites });
  });
});

describe('the detection job', () => {
  it('asks for what the planner reckons with, in the first run after a full hour and in every other', async () => {
    const { store, counts } = countingStore();
    const { ledger, source, add, taken } = countingLedger();
    const bucket = new FakeBucket();
    add('one.parquet');
    await buildIcebergLedger({ ledger, store, source, clock: () => NOW, lease: { owner: 'test', ttlMs: 1000, sleep } });
    const policy = openPolicyStore(countingStore().store);
    let now = Date.parse('2026-11-27T11:06:00Z');
    // The ledger job before it has noted what it left.
    const before = { events: bucket, queue: new FakeQueue(() => now), store, clock: () => now };
    const noted = new ToldObjects(before);
    await noted.list(bookedSet());
    await noted.booked();
    bucket.asked.length = 0;
    const run = async () => {
      taken();
      Object.assign(counts, { lists: 0, logReads: 0, reads: 0 });
      const left = notedUnbooked(bucket, { store, clock: () => now });
      const engine = await openBucketLedger({ ledger, store, source: left }, engineOptions());
      const summary = await runAlerts({
        source: ledgerSource(engine),
        store: policy,
        prices: DEFAULT_LIST_PRICES,
        tenants: [],
        budgets: [],
        signals: [],
        settings: { leastComplete: 0.9, settleMs: 60_000, fast: true, pagesPerHour: 5, maintenance: [] },
        clock: () => now,
        deliver: async () => undefined,
        heartbeat: async () => undefined,
      });
      return { summary, ...taken() };
    };
    const first = await run();
    now += 300_000;
    const usual = await run();
    const services = Object.keys(SERVICES).length;
    expect({ usual: usual.statements.length, hourly: first.statements.length - usual.statements.length }).toEqual({
      usual: DETECTION.statements,
      hourly: DETECTION.hourly + services * DETECTION.ofService,
    });
    expect(usual.summary.hours).toBe(0);
    expect(usual.statements.filter((sql) => /from usage_recent group by/.test(sql))).toHaveLength(DETECTION.ofRecent);
    expect(
      first.statements.filter((sql) =>
        /select (?:distinct service, meter|distinct tenant_id|date_diff\('hour')/.test(sql),
      ),
    ).toHaveLength(DETECTION.ofHistory + services * DETECTION.ofService);
    expect(bucket.asked).toEqual([]);
    expect(counts).toMatchObject({
      lists: DETECTION.logListings,
      logReads: DETECTION.logReads,
      reads: DETECTION.reads,
    });
  });
});

it('the billing job asks for what the planner reckons with for each month it exports', async () => {
  const { ledger, source, taken } = countingLedger();
  const out = mkdtempSync(join(tmpdir(), 'job-counts-'));
  try {
    const config = configSchema.parse({ billing: { provider: 'Example Ltd' } });
    const { store, counts } = countingStore();
    const engine = await openBucketLedger({ ledger, store, source }, engineOptions());
    const opening = taken();
    expect(opening.statements).toHaveLength(BILLING.opening);
    expect(opening.listings).toBe(BILLING.lakeListings);
    // A log without entries.
    expect(counts).toEqual({ lists: BILLING.logListings, logReads: 0, reads: 0, writes: 0 });
    await exportPeriod({
      ...{ engine, period: '2026-11', home: localHome(out), settings: exportSettings(config, '1.4'), tenants: [] },
      rateCards: [rateCardSchema.parse({ id: 'r', currency: 'USD', prices: [] })],
      signingKey: undefined,
      generator: { name: 'tenantscope', version: '0.1.0' },
    });
    expect(taken().statements).toHaveLength(BILLING.statements);
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).toHaveLength(BILLING.files);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

it('the maintenance job asks for two statements a table, and what it looks up before', () => {
  const place = { dialect: 'athena', catalog: 'c', schema: 's', warehouse: 's3://lake/tables' } as const;
  expect(maintenanceStatements(place)).toHaveLength((Object.keys(LEDGER_TABLES).length + 1) * 2);
  expect(MAINTENANCE.statements).toBe(maintenanceStatements(place).length + 3);
  expect(maintenanceStatements(place).filter((sql) => sql.startsWith('OPTIMIZE'))).toHaveLength(MAINTENANCE.ofTables);
});

it('each run of a job reads and writes so many items of the table of runs', async () => {
  const { store, counts } = countingStore();
  await onceForTime({ store, job: 'ledger', scheduledAt: NOW, clock: () => NOW }, async () => undefined);
  await onceForTime({ store, job: 'ledger', scheduledAt: NOW + 1, clock: () => NOW + 1 }, async () => undefined);
  expect(counts).toMatchObject({ reads: 2 * ONCE.reads, writes: 2 * ONCE.writes });
});
