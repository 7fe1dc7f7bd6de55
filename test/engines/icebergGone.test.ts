import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { erasurePorts } from '../../ingest/index.js';
import { eraseTenant, maintenanceStatements, retainLake, TenantNames } from '../../queries/index.js';
import { shortLogOf } from '../../queries/ledger/checkpoint/ShortLog.js';
import type { BuildPoint } from '../../queries/ledger/iceberg/buildIcebergLedger.js';
import { tableIn } from '../../queries/ledger/iceberg/IcebergPlace.js';
import { LEDGER_PARTS } from '../../queries/ledger/iceberg/ledgerParts.js';
import { openIcebergLedger } from '../../queries/ledger/iceberg/openIcebergLedger.js';
import { rebuildIcebergLedger } from '../../queries/ledger/iceberg/rebuildIcebergLedger.js';
import { verifyIcebergLedger } from '../../queries/ledger/iceberg/verifyIcebergLedger.js';
import { readLog } from '../../queries/ledger/ledgerLog.js';
import { deliver, limits, lock, openLake, type Printed, registry } from '../queries/maintenance/lakes.js';
import { athenaOnTrino, deployLines } from './athenaOnTrino.js';
import { type BothLedgers, bothLedgers } from './icebergHarness.js';

const trino = inject('trino');
const two = (number: number): string => String(number).padStart(2, '0');
const at = (day: number, hour = 12): string => `2026-11-${two(day)}T${two(hour)}:00:00Z`;
const clock = (day: number) => () => Date.parse(at(day));
const line = (tenant: string, day: number, hour: number, offset = day * 100 + hour): Printed => {
  return { tenant, offset, time: at(day, hour) };
};
/** Two calls of a shared service for the tenant that is erased: their rows are one once the resource is blank. */
const shared = (day: number, hour: number): readonly Printed[] =>
  ['t1', 't2'].map((resource, place) => {
    const usage = [{ resource, read_units: 2, requests: 1 }];
    const metering = { v: 1, service: 'DynamoDB', operation: 'GetItem', tenant_id: 'zebra-co', usage };
    const log = JSON.stringify({ time: at(day, hour), metering });
    return { ...line('_shared', day, hour, day * 1000 + hour * 10 + place), log };
  });

describe.skipIf('missing' in trino)('a ledger built on Trino over a lake whose lines are gone', () => {
  let ledgers: BothLedgers;
  beforeAll(async () => {
    if ('missing' in trino) return;
    ledgers = await bothLedgers(trino, 'ice_expired');
  });
  const both = async (day: number): Promise<Awaited<ReturnType<BothLedgers['onTrino']>>> => {
    const built = await ledgers.onTrino({ clock: clock(day) });
    await ledgers.onDuckDb(clock(day)());
    return built;
  };
  const expectEqual = async (): Promise<void> => {
    expect(await ledgers.rowsOnTrino({ merged: true })).toEqual(await ledgers.rowsOnDuckDb());
  };
  const verify = async (day: number) =>
    verifyIcebergLedger({ ledger: ledgers.ledger, log: await readLog(ledgers.lake), clock: clock(day) });
  /** Rows of any attempt that name the tenant, by table. */
  const naming = async (): Promise<readonly unknown[]> => {
    const { session, place } = ledgers.ledger;
    const asked = LEDGER_PARTS.map(({ table }) => {
      const texts = table.columns.filter(({ type }) => type === 'varchar').map(({ name }) => `coalesce("${name}", '')`);
      return `select '${table.name}' from ${tableIn(place, table.name)} where concat_ws(' ', ${texts.join(', ')}) like '%zebra%'`;
    });
    return (await session.run(asked.join(' union all '))).rows;
  };

  it('finds duplicates of lines past their retention, and says of what cannot be computed again that it stands', async () => {
    const { lake } = ledgers;
    await deliver(lake, at(2, 9), [line('acme', 2, 9), line('acme', 2, 8), line('zebra-co', 2, 9)]);
    await deliver(lake, at(2, 9), shared(2, 9));
    await both(2);
    await both(4);
    const retained = await retainLake({
      ...limits,
      lake,
      lock,
      clock: clock(6),
      daysOf: (emitter) => (emitter === 'acme' ? 2 : undefined),
      errorsDays: 30,
      dryRun: false,
    });
    expect(retained.partitions.map(({ emitter }) => emitter)).toEqual(['acme']);
    await deliver(lake, at(6), [line('acme', 2, 9), line('acme', 2, 9, 777)]);
    expect(await both(6)).toMatchObject({ bookings: 1, rows: 2, events: 1, duplicates: 1 });
    await expectEqual();
    const { ok, kept, bookings } = await verify(6);
    expect([ok, kept.map(({ booking }) => booking), bookings]).toEqual([true, ['0000000001'], 2]);
  });

  it('loses an erased tenant as the embedded one does, also when it is interrupted, and what comes later in its name', async () => {
    const { lake, ledger } = ledgers;
    // Booked by nobody before the erasure but the embedded ledger, which the erasure has booked first.
    await deliver(lake, at(7), [line('zebra-co', 7, 9), line('acme', 7, 9)]);
    await eraseTenant({
      ...limits,
      lake,
      lock,
      tenant: new TenantNames('zebra-co', ['tenant-zebra-co'], registry.tenants.keys()),
      clock: clock(7),
      ports: erasurePorts,
      stores: [],
      exports: [],
      exportsDays: 3653,
      signingKey: generateKeyPairSync('ed25519').privateKey,
      reference: undefined,
      version: 'test',
      dryRun: false,
    });
    const gaps = async (): Promise<readonly string[]> =>
      (await openIcebergLedger(ledger, shortLogOf(await readLog(lake)))).gaps;
    expect((await gaps()).join()).toContain('erasure');
    const crash = (point: BuildPoint): void => {
      if (point === 'erased' || point === 'adopted') throw new Error(`crash when ${point}`);
    };
    await expect(ledgers.onTrino({ clock: clock(7), fault: crash })).rejects.toThrow('crash when adopted');
    await expect(ledgers.onTrino({ clock: clock(7), fault: crash })).rejects.toThrow('crash');
    await ledgers.onTrino({ clock: clock(7) });
    expect(await gaps()).toEqual([]);
    await expectEqual();
    const { usage = [] } = await ledgers.rowsOnDuckDb();
    expect(usage.filter((row) => row.startsWith('_erased | _shared | DynamoDB |  |')).length).toBeGreaterThan(0);
    await deliver(lake, at(7), [line('zebra-co', 7, 10), line('zebra-co', 7, 11)]);
    await deliver(lake, at(7), shared(7, 10));
    expect(await both(7)).toMatchObject({ bookings: 1, rows: 4, events: 4 });
    await expectEqual();
    expect(await naming()).toEqual([]);
    const { ok, kept } = await verify(7);
    expect([ok, kept.length]).toEqual([true, 1]);
    const ofUsage = maintenanceStatements(ledger.place).filter((statement) => statement.includes('"usage"'));
    for (const statement of ofUsage) await ledger.session.run(statement);
    const deleted = `select count(*) from ${tableIn(ledger.place, 'usage$files')} where content <> 0`;
    expect((await ledger.session.run(deleted)).rows).toEqual([[0n]]);
    await expectEqual();
  });

  it('is not the only one that hides the name: lines that come later are shown by Athena as by DuckDB', async () => {
    const { lake, ledger } = ledgers;
    await deployLines(ledger.session, join(lake, '..'), 'ice_expired');
    const athena = athenaOnTrino(ledger.session, 'ice_expired', { listPrices: [], registry }).erased(['zebra-co']);
    const duckdb = await openLake(lake);
    for (const sql of [
      "select tenant_id, count(*) from events where tenant_id in ('zebra-co', 'acme') and dt = '2026-11-07' group by 1",
      `select emitter, tenant_id, resource, operation, count(*) from event_usage
       where emitter = '_shared' and dt = '2026-11-07' and service = 'DynamoDB' group by 1, 2, 3, 4`,
    ]) {
      const { rows } = await athena.query(sql);
      expect(rows, sql).toEqual((await duckdb.query(sql)).rows);
      expect(rows, sql).toHaveLength(1);
    }
    await duckdb.close();
  });

  it('is built from nothing with the figures the embedded one keeps', async () => {
    const { ledger } = ledgers;
    const usage = tableIn(ledger.place, 'usage');
    await ledger.session.run(`update ${usage} set quantity_micros = quantity_micros + 1 where tenant_id = 'acme'`);
    const { replaced } = await rebuildIcebergLedger({ ...ledgers.options(), clock: clock(7) });
    // Of the date that has no lines any more it is the embedded one that tells.
    expect(replaced).toEqual(['2026-11-02', '2026-11-06', '2026-11-07']);
    await expectEqual();
    expect(await naming()).toEqual([]);
  });
});
