import { describe, expect, it } from 'vitest';
import {
  addDays,
  buildRegistry,
  DEFAULT_LIST_PRICES,
  LAKE,
  type LogEntry,
  type Manifest,
  utcDayOf,
} from '../../../model/index.js';
import type { ObjectSource } from '../../../queries/lake/ObjectSource.js';
import { KnownLog } from '../../../queries/ledger/checkpoint/KnownLog.js';
import { buildIcebergLedger } from '../../../queries/ledger/iceberg/buildIcebergLedger.js';
import { openLedgerEngine } from '../../../queries/ledger/iceberg/openLedgerEngine.js';
import { rebuildIcebergLedger } from '../../../queries/ledger/iceberg/rebuildIcebergLedger.js';
import { openLedgerLog } from '../../../queries/ledger/openLedgerLog.js';
import type { ObjectStore } from '../../../queries/store/ObjectStore.js';
import { memoryStore } from '../../alerts/deliveries/memoryStore.js';
import { ModelLedger } from './modelLedger.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 27, 12);
const BOOKINGS_A_DAY = 100;

const sleep = (_: number, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => (signal.aborted ? resolve(0) : signal.addEventListener('abort', resolve)));
const hourAt = (ms: number): string => new Date(Math.floor(ms / HOUR) * HOUR).toISOString();

/** An object of a tenant that arrived at a time, with lines of the hour before. */
function objectAt(at: number, emitter = 'acme', dt: string = utcDayOf(at)): Manifest['objects'][number] {
  return {
    object: `events/tenant_id=${emitter}/dt=${dt}/${at}.parquet`,
    ...{ emitter, dt, rows: 2, id_hour_min: hourAt(at - HOUR), id_hour_max: hourAt(at), event_hours: [hourAt(at)] },
  };
}

/** A ledger that has booked and sealed so many days, and half of today, and what is read of its store by folder. */
async function ledgerOf(days: number) {
  const [store, model] = [memoryStore(), new ModelLedger()];
  const log: LogEntry[] = [];
  for (let day = days; day >= 0; day -= 1) {
    const date = addDays(utcDayOf(NOON), -day);
    const bookings = day === 0 ? BOOKINGS_A_DAY / 2 : BOOKINGS_A_DAY;
    for (let booking = 0; booking < bookings; booking += 1) {
      const object = objectAt(Date.parse(date) + (booking / BOOKINGS_A_DAY) * DAY);
      const number = log.length + 1;
      log.push({ version: 1, kind: 'booking', number, booked_date: date, objects: [object] });
      model.put(object);
      if (day === 0) model.bookings.push(['booking', date, number, `attempt ${number}`, `${date} 10:00:00Z`, 2, 2]);
    }
    if (day === 0) continue;
    log.push({ version: 1, kind: 'seal', number: log.length + 1, booked_date: date });
    model.bookings.push([
      'sealed',
      date,
      log.length - 1,
      `merge ${date}`,
      `${date} 23:59:59Z`,
      2 * bookings,
      2 * bookings,
    ]);
  }
  const { claim } = openLedgerLog(store);
  for (const entry of log) await claim(entry);
  await (await KnownLog.open(store, { journal: false })).writeCheckpoint();
  const reads: Record<string, number> = {};
  const counting: ObjectStore = {
    ...store,
    read: (key) => {
      const folder = key.slice(0, key.lastIndexOf('/'));
      reads[folder] = (reads[folder] ?? 0) + 1;
      return store.read(key);
    },
  };
  return { model, reads, store: counting, entries: log.length };
}

/** What a run of the ledger job reads of the log's entries. */
async function entriesRead(days: number, put: (model: ModelLedger) => void) {
  const { model, reads, store, entries } = await ledgerOf(days);
  const before = new Set(model.there.keys());
  put(model);
  const all = model.source();
  // The events of a bucket tell of new objects alone.
  const told = [...model.there.values()].filter(({ object }) => !before.has(object));
  const source: ObjectSource = {
    ...all,
    list: async (booked) => {
      const taken = await booked.among(told.map(({ object }) => object));
      const open = told.filter(({ object }) => !taken.has(object));
      return { objects: open.map(({ object, emitter, dt }) => ({ path: object, emitter, dt })), strays: [] };
    },
  };
  const lease = { owner: 'test', ttlMs: 600_000, sleep };
  const summary = await buildIcebergLedger({ ledger: model.ledger, store, source, clock: () => NOON, lease });
  return {
    entries,
    bookings: summary.bookings,
    read: reads[LAKE.manifests] ?? 0,
    checkpoints: reads[LAKE.checkpoints],
  };
}

describe('a run of the ledger job on a log of 30 days and 3,000 entries', () => {
  it('that hears of nothing reads the last entry, to see whether the checkpoint fits', async () => {
    const run = await entriesRead(30, () => undefined);
    expect(run).toEqual({ entries: 3080, bookings: 0, read: 1, checkpoints: 1 });
    expect(await entriesRead(3, () => undefined)).toMatchObject({ read: 1 });
  });

  it('that hears of a few objects reads the entries of their dates, as many as on a short log', async () => {
    const put = (model: ModelLedger): void => {
      for (const emitter of ['acme', 'globex', 'initech']) model.put(objectAt(NOON, emitter));
    };
    const run = await entriesRead(30, put);
    // Today's 50 bookings, its own, and the last before.
    expect(run).toEqual({ entries: 3080, bookings: 1, read: 52, checkpoints: 2 });
    expect(await entriesRead(3, put)).toMatchObject({ bookings: 1, read: 52 });
  });

  it('that hears of an object under an old date reads the entries of that date besides', async () => {
    const put = (model: ModelLedger): void =>
      model.put({
        ...objectAt(NOON, 'globex', '2026-11-05'),
        object: 'events/tenant_id=globex/dt=2026-11-05/late.parquet',
      });
    const run = await entriesRead(30, put);
    // 100 of that date; of today those whose hours overlap, its own, and the last before.
    expect(run).toMatchObject({ bookings: 1, read: 100 + 4 + 2 });
  });

  it('that lists everything reads each entry once, and from then on one object a date instead', async () => {
    const { model, reads, store } = await ledgerOf(30);
    const lease = { owner: 'test', ttlMs: 600_000, sleep };
    const options = { ledger: model.ledger, store, source: model.source({}), clock: () => NOON, lease };
    expect(await buildIcebergLedger(options)).toMatchObject({ bookings: 0 });
    expect(reads).toMatchObject({ [LAKE.manifests]: 3050 + 1, [LAKE.checkpoints]: 30 + 1 });
    for (const folder of Object.keys(reads)) reads[folder] = 0;
    expect(await buildIcebergLedger({ ...options, source: model.source({}) })).toMatchObject({ bookings: 0 });
    expect(reads).toMatchObject({ [LAKE.manifests]: 50 + 1, [LAKE.checkpoints]: 30 + 1 });
  });
});

it('whoever opens the ledger to read it reads no entry but the last', async () => {
  const { model, reads, store } = await ledgerOf(30);
  const log = await KnownLog.open(store, { journal: false });
  const options = { listPrices: DEFAULT_LIST_PRICES, registry: buildRegistry({ tenants: [] }) };
  const engine = await openLedgerEngine({ ledger: model.ledger, log, open: [] }, options);
  expect(engine.gaps).toEqual([]);
  expect(reads).toEqual({ [LAKE.manifests]: 1, [LAKE.checkpoints]: 1 });
});

it('whoever opens the ledger sees what was booked since it opened the log, and does not take it for another lake’s', async () => {
  const { model, store } = await ledgerOf(3);
  const log = await KnownLog.open(store, { journal: false });
  model.put(objectAt(NOON, 'globex'));
  const lease = { owner: 'test', ttlMs: 600_000, sleep };
  const building = { ledger: model.ledger, store, source: model.source({}), clock: () => NOON, lease };
  expect(await buildIcebergLedger(building)).toMatchObject({ bookings: 1 });
  const options = { listPrices: DEFAULT_LIST_PRICES, registry: buildRegistry({ tenants: [] }) };
  expect((await openLedgerEngine({ ledger: model.ledger, log, open: [] }, options)).gaps).toEqual([]);
});

it('a rebuild goes by no checkpoint, also where there is no ledger any more', async () => {
  const { model, reads, store, entries } = await ledgerOf(3);
  const { ledger } = model;
  let isGone = true;
  const session: typeof ledger.session = {
    run: async (sql) => {
      const answer = await ledger.session.run(sql);
      if (!isGone || !sql.includes('information_schema')) return answer;
      isGone = false;
      return { ...answer, rows: [] };
    },
  };
  const lease = { owner: 'test', ttlMs: 600_000, sleep };
  const options = { ledger: { ...ledger, session }, store, source: model.source({}), clock: () => NOON, lease };
  expect(await rebuildIcebergLedger(options)).toEqual({ bookings: 0, replaced: [] });
  expect(reads[LAKE.manifests]).toBeGreaterThanOrEqual(entries);
});
