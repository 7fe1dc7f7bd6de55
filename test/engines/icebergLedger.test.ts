import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { SqlSession } from '../../queries/engines/SqlSession.js';
import { shortLogOf } from '../../queries/ledger/checkpoint/ShortLog.js';
import type { BuildPoint } from '../../queries/ledger/iceberg/buildIcebergLedger.js';
import { tablesOf } from '../../queries/ledger/iceberg/ensureTables.js';
import { tableIn } from '../../queries/ledger/iceberg/IcebergPlace.js';
import { LEDGER_PARTS } from '../../queries/ledger/iceberg/ledgerParts.js';
import { openIcebergLedger } from '../../queries/ledger/iceberg/openIcebergLedger.js';
import { rebuildIcebergLedger } from '../../queries/ledger/iceberg/rebuildIcebergLedger.js';
import { verifyIcebergLedger } from '../../queries/ledger/iceberg/verifyIcebergLedger.js';
import { readLog } from '../../queries/ledger/ledgerLog.js';
import { localStore } from '../../queries/store/localStore.js';
import type { ObjectStore } from '../../queries/store/ObjectStore.js';
import { jsonOf } from '../e2e/jsonOf.js';
import { tenantscope, tenantscopeOk } from '../e2e/tenantscope.js';
import { type UsageLine, usageWriter } from '../queries/usageLake.js';
import { comparable } from './compareEngines.js';
import { type BothLedgers, bothLedgers, expectEqual, NOON } from './icebergHarness.js';

const trino = inject('trino');
const both = (name: string): Promise<BothLedgers> => {
  if ('missing' in trino) throw new Error('no Trino');
  return bothLedgers(trino, name);
};
const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 29);

let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => writer.close());

/** Deterministic, and rough: series of every kind, with late samples, resets, samples twice, taken back, silences. */
function roughLines(seed: number, count: number): readonly UsageLine[] {
  let state = seed;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const kinds = ['sum', 'counter', 'counter', 'distinct', 'sampled'] as const;
  return Array.from({ length: count }, (_, place): UsageLine => {
    const kind = kinds[next(kinds.length)] ?? 'sum';
    const time = START + next(80) * HOUR + next(3) * 20 * 60_000 - (next(12) === 0 ? 40 * 24 * HOUR : 0);
    const value = BigInt(next(9) * 1_000_000);
    return {
      id: `e${next(8) === 0 ? next(place + 1) : place}-${seed}`,
      emitter: next(5) === 0 ? '_shared' : 'acme',
      operation: next(4) === 0 ? 'other' : '',
      kind,
      series: kind === 'sum' || kind === 'sampled' ? '' : `s${next(4)}`,
      time,
      quantity: (kind === 'counter' || kind === 'distinct') && next(10) === 0 ? -1n - value : value,
    };
  });
}

describe.skipIf('missing' in trino)('a ledger built on Trino', () => {
  it.each([
    ['noisy-dynamodb', ['--formats', '0.8', '--aggregate']],
    ['pooled', []],
  ])('equals one built on DuckDB, of a simulated lake: %s', async (scenario, extra) => {
    const ledgers = await both(`ice-${scenario}`);
    const simulation = `${ledgers.lake}-simulation`;
    const rough = ['--duplicates', '0.2', '--late', '--hostile'];
    const base = ['--scenario', scenario, '--tenants', '6', '--hours', '3', '--history', '24h', '--end', '2026-11-24'];
    await tenantscopeOk(['simulate', ...base, '--seed', '11', ...rough, ...extra, '--out', simulation]);
    const config = ['--config', `${simulation}/tenantscope.yaml`, '--lake', ledgers.lake];
    await tenantscopeOk(['run', ...config, '--input', `${simulation}/records`]);
    const { strays, ...built } = await ledgers.onTrino();
    expect([built.bookings, strays]).toEqual([1, []]);
    expect(await ledgers.onDuckDb()).toEqual(built);
    await expectEqual(ledgers, 50);
  });

  it.each([1, 2])('equals one built on DuckDB, in several cuts of rough lines: %i', async (seed) => {
    const ledgers = await both(`ice-cuts-${seed}`);
    const lines = roughLines(seed, 120);
    for (let cut = 0; cut < 3; cut++) {
      await writer.add(ledgers.lake, lines.slice(Math.max(0, cut * 40 - 5), cut * 40 + 40));
      // Who claims is the other each time.
      if (cut % 2 === 0) await ledgers.onTrino();
      await ledgers.onDuckDb();
    }
    await ledgers.onTrino();
    await expectEqual(ledgers);
  });

  it('equals one built on DuckDB when it takes so many objects at a time, and none after its time is over', async () => {
    const ledgers = await both('ice-limits');
    const lines = roughLines(7, 60).filter(({ emitter }) => emitter === 'acme');
    for (let part = 0; part < 3; part++) await writer.add(ledgers.lake, lines.slice(part * 8, part * 8 + 10));
    expect(await ledgers.onTrino({ until: NOON })).toMatchObject({ bookings: 0, left: 3 });
    const built = await ledgers.onTrino({ mostObjects: 2 });
    expect(built).toMatchObject({ bookings: 2, objects: 3 });
    expect(built).not.toHaveProperty('left');
    await ledgers.onDuckDb();
    await expectEqual(ledgers);
  });

  it('equals one built on DuckDB when a booking has more files than one statement may name', async () => {
    const ledgers = await both('ice-batches');
    const objects = { ...ledgers.ledger.objects, longestList: 2 };
    const lines = roughLines(4, 60).filter(({ emitter }) => emitter === 'acme');
    for (let cut = 0; cut < 2; cut++) {
      for (let part = 0; part < 3; part++)
        await writer.add(ledgers.lake, lines.slice(cut * 20, cut * 20 + 8 + part * 8));
      await ledgers.onTrino({ ledger: { ...ledgers.ledger, objects } });
    }
    await ledgers.onDuckDb();
    await expectEqual(ledgers);
  });

  const DAY = 24 * HOUR;
  const BOOKING: readonly BuildPoint[] = [
    'claimed',
    'tallied',
    'wrote usage',
    'wrote series',
    'wrote booked_events',
    'decided',
    'booked',
  ];
  const SEALING: readonly BuildPoint[] = [
    'sealed',
    'merged usage',
    'merged series',
    'merged booked_events',
    'merge decided',
    'merged',
  ];

  it('is finished by the next run, wherever it was interrupted, also while a date is sealed', async () => {
    const ledgers = await both('ice-crash');
    const lines = roughLines(5, 90);
    const crash = async (point: BuildPoint, now: number): Promise<void> => {
      const fault = (at: BuildPoint): void => {
        if (at === point) throw new Error(`crash when ${point}`);
      };
      await expect(ledgers.onTrino({ fault, clock: () => now })).rejects.toThrow(`crash when ${point}`);
    };
    for (const [place, point] of BOOKING.entries()) {
      await writer.add(ledgers.lake, lines.slice(place * 10, place * 10 + 14));
      await crash(point, NOON);
    }
    await ledgers.onTrino();
    await ledgers.onDuckDb();
    await expectEqual(ledgers);
    for (const point of SEALING) await crash(point, NOON + DAY);
    expect((await ledgers.onTrino({ clock: () => NOON + DAY })).sealed).toEqual([]);
    await ledgers.onDuckDb(NOON + DAY);
    await expectEqual(ledgers);
    // What the merge stands for goes a grace period later, with what attempts left that never counted.
    await ledgers.onTrino({ clock: () => NOON + 3 * DAY });
    const left = await ledgers.ledger.session.run(
      `select count(distinct attempt) from ${tableIn(ledgers.ledger.place, 'usage')}`,
    );
    expect(left.rows).toEqual([[1n]]);
    expect([...(await tablesOf(ledgers.ledger))].sort()).toEqual(
      ['bookings', ...LEDGER_PARTS.map(({ table }) => table.name)].sort(),
    );
    await writer.add(ledgers.lake, lines.slice(70, 90));
    await ledgers.onTrino({ clock: () => NOON + 3 * DAY });
    await ledgers.onDuckDb(NOON + 3 * DAY);
    await expectEqual(ledgers);
    const verified = await verifyIcebergLedger({ ...(await logged(ledgers)), clock: () => NOON + 3 * DAY });
    expect(verified).toMatchObject({ ok: true, differing: [] });
  });

  it('has each booking once when two build it at once, held apart or not', async () => {
    const ledgers = await both('ice-two');
    const lines = roughLines(6, 40);
    await writer.add(ledgers.lake, lines.slice(0, 20));
    const ended = await Promise.allSettled([ledgers.onTrino(), ledgers.onTrino()]);
    for (const end of ended) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'LAKE_BUSY' });
    expect(ended.map(({ status }) => status)).toContain('fulfilled');
    await writer.add(ledgers.lake, lines.slice(20));
    // As if each had slept through the other's lease.
    const alone = (name: string): ObjectStore => {
      const store = localStore(ledgers.lake);
      return {
        ...store,
        readCell: (key) => store.readCell(`${key}.${name}`),
        writeCell: (key, text, seen) => store.writeCell(`${key}.${name}`, text, seen),
      };
    };
    await Promise.all(['a', 'b'].map((name) => ledgers.onTrino({ store: alone(name) })));
    await ledgers.onDuckDb();
    await expectEqual(ledgers);
  });

  it('is not changed by a builder that slept through a booking, the seal of its date, and its merge', async () => {
    const ledgers = await both('ice-slept');
    const lines = roughLines(7, 40);
    await writer.add(ledgers.lake, lines.slice(0, 20));
    await ledgers.onTrino();
    await writer.add(ledgers.lake, lines.slice(20));
    const { session, asleep, wake } = sleepsBefore(ledgers.ledger.session, /^insert into .*"booked_events"/);
    const sleeper = ledgers.onTrino({ ledger: { ...ledgers.ledger, session } });
    await asleep;
    // Past midnight, and long after the sleeper's lease has run out.
    const next = await ledgers.onTrino({ clock: () => NOON + 13 * HOUR });
    expect(next).toMatchObject({ bookings: 1, sealed: ['2026-12-02'] });
    wake();
    await sleeper;
    await ledgers.onDuckDb(NOON + 13 * HOUR);
    await expectEqual(ledgers);
    await ledgers.onTrino({ clock: () => NOON + 4 * DAY });
    await expectEqual(ledgers);
  });

  it('is read as it stood when it was opened, whatever is merged and removed meanwhile', async () => {
    const ledgers = await both('ice-pinned');
    const lines = roughLines(8, 40);
    await writer.add(ledgers.lake, lines.slice(0, 20));
    await ledgers.onTrino();
    await writer.add(ledgers.lake, lines.slice(20));
    await ledgers.onTrino();
    const { ledger, log } = await logged(ledgers);
    const opened = await openIcebergLedger(ledger, shortLogOf(log));
    const rows = async (): Promise<readonly string[]> => {
      const { rows } = await ledger.session.run(opened.tables.get('usage') ?? '');
      return rows.map((row) => row.map(String).join(' | ')).sort();
    };
    const before = await rows();
    await ledgers.onTrino({ clock: () => NOON + DAY });
    await ledgers.onTrino({ clock: () => NOON + 3 * DAY });
    expect(await rows()).toEqual(before);
    expect((await ledgers.rowsOnTrino()).usage?.length).toBeLessThan(before.length);
  });

  it('says what differs from the log and the lake, changes nothing, and refuses another lake’s', async () => {
    const ledgers = await both('ice-verify');
    await writer.add(ledgers.lake, roughLines(9, 20));
    await ledgers.onTrino();
    const { ledger, log } = await logged(ledgers);
    const verify = () => verifyIcebergLedger({ ledger, log, clock: () => NOON });
    expect(await rebuildIcebergLedger(ledgers.options())).toEqual({ bookings: 1, replaced: [] });
    await ledger.session.run(
      `update ${tableIn(ledger.place, 'usage')} set quantity_micros = quantity_micros + 1 where meter = 'm_sum'`,
    );
    const { ok, differing } = await verify();
    expect([ok, differing.map(({ booking }) => booking)]).toEqual([false, ['2026-12-02']]);
    expect(differing[0]?.differences[0]).toMatch(/^usage: (\d+) rows too many, \1 missing$/);
    const schemas = await ledger.session.run(
      `select schema_name from "iceberg".information_schema.schemata where schema_name like '%verify%'`,
    );
    expect(schemas.rows).toEqual([['ice_verify']]);
    const rebuilt = await rebuildIcebergLedger(ledgers.options());
    expect(rebuilt).toEqual({ bookings: 1, replaced: ['2026-12-02'] });
    await ledgers.onDuckDb();
    await expectEqual(ledgers);
    const other = { ...ledger, objects: { ...ledger.objects, location: 'local:///elsewhere' } };
    await expect(openIcebergLedger(other, shortLogOf(log))).rejects.toMatchObject({ code: 'USAGE' });
    await expect(openIcebergLedger(ledger, shortLogOf([]))).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
  });

  it('is built, verified, kept and read from the command line', async () => {
    const ledgers = await both('ice-cli');
    await writer.add(ledgers.lake, roughLines(11, 30));
    await ledgers.onDuckDb(Date.now());
    const lake = ['--lake', ledgers.lake];
    const server = 'missing' in trino ? '' : trino.server;
    const flags = ['--engine', 'trino', '--trino-url', `${server}/lake`, '--trino-location', 'local:///ice-cli'];
    const onTrino = [...lake, ...flags, '--ledger-catalog', 'iceberg.ice_cli'];
    const ask = ['report', 'run', 'top-tenants', '--since', '2026-11-01', '--until', '2026-12-30', '--json'];
    expect(await tenantscope([...ask, ...onTrino])).toMatchObject({ code: 66 });
    const built = jsonOf(await tenantscopeOk(['ledger', 'build', '--json', ...onTrino]));
    expect(built).toMatchObject({ bookings: 1, strays: [] });
    expect(await tenantscopeOk(['ledger', 'verify', ...onTrino])).toContain('1 of 1 bookings');
    await tenantscopeOk(['ledger', 'maintain', ...onTrino]);
    const embedded = await tenantscope([...ask, ...lake]);
    const answered = await tenantscope([...ask, ...onTrino]);
    expect(answered.code).toBe(embedded.code);
    expect(comparable(answered.stdout)).toEqual(comparable(embedded.stdout));
    expect(JSON.parse(embedded.stdout).rows.length).toBeGreaterThan(0);
  });

  it('names tenant and day of an object that is gone or changed, new or booked before', async () => {
    const ledgers = await both('ice-gone');
    const lines = roughLines(10, 20).filter(({ emitter }) => emitter === 'acme');
    await writer.add(ledgers.lake, lines);
    const place = join(ledgers.lake, 'events/tenant_id=acme/dt=2026-12-02');
    const [object = ''] = readdirSync(place);
    const aside = join(ledgers.lake, object);
    renameSync(join(place, object), aside);
    const gone = { code: 'LAKE_DAMAGED', details: { where: 'tenant acme, day 2026-12-02' } };
    await expect(ledgers.onTrino()).rejects.toMatchObject(gone);
    renameSync(aside, join(place, object));
    const stop = (point: BuildPoint): void => {
      if (point === 'claimed') throw new Error('stop');
    };
    await expect(ledgers.onTrino({ fault: stop })).rejects.toThrow('stop');
    renameSync(join(place, object), aside);
    await expect(ledgers.onTrino()).rejects.toMatchObject(gone);
    renameSync(aside, join(place, object));
    await ledgers.onTrino();
    await writer.add(ledgers.lake, lines);
    renameSync(join(place, object), aside);
    await expect(ledgers.onTrino()).rejects.toMatchObject(gone);
  });
});

async function logged({ lake, ledger }: BothLedgers) {
  return { ledger, log: await readLog(lake) };
}

/** A session that waits before the first statement of a kind until it is woken. */
function sleepsBefore(session: SqlSession, kind: RegExp) {
  let wake = (): void => undefined;
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let fall = (): void => undefined;
  const asleep = new Promise<void>((resolve) => {
    fall = resolve;
  });
  const run: SqlSession['run'] = async (sql) => {
    if (kind.test(sql)) {
      fall();
      await awake;
    }
    return session.run(sql);
  };
  return { session: { run }, asleep, wake };
}
