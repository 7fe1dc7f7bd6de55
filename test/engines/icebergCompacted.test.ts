import { describe, expect, inject, it } from 'vitest';
import type { UtcDay } from '../../model/index.js';
import { compactLake } from '../../queries/index.js';
import { verifyIcebergLedger } from '../../queries/ledger/iceberg/verifyIcebergLedger.js';
import { readLog } from '../../queries/ledger/ledgerLog.js';
import { deliver, filesIn, limits, lock } from '../queries/maintenance/lakes.js';
import { bothLedgers } from './icebergHarness.js';

const trino = inject('trino');
const two = (number: number): string => String(number).padStart(2, '0');
const at = (day: number, hour = 12): string => `2026-11-${two(day)}T${two(hour)}:00:00Z`;

describe.skipIf('missing' in trino)('a ledger built on Trino over a lake that was compacted', () => {
  it('finds duplicates of compacted lines, and computes bookings again from them', async () => {
    if ('missing' in trino) throw new Error('no Trino');
    const ledgers = await bothLedgers(trino, 'ice-compacted');
    const { lake, ledger } = ledgers;
    const clock = (day: number) => () => Date.parse(at(day));
    const line = (tenant: string, day: number, hour: number) => {
      return { tenant, offset: day * 100 + hour, time: at(day, hour) };
    };
    for (const hour of [9, 10])
      await deliver(lake, at(2, hour), [line('acme', 2, hour), line('acme', 2, 8), line('globex', 2, hour)]);
    await ledgers.onTrino({ clock: clock(2) });
    const compacting = {
      ...limits,
      lake,
      lock,
      before: '2026-11-04' as UtcDay,
      targetBytes: 2 ** 27,
      wholeDates: false,
    };
    await ledgers.onTrino({ clock: clock(5) });
    await ledgers.onDuckDb(clock(5)());
    const compact = { ...compacting, graceMs: 0, dryRun: false, clock: clock(6) };
    expect(await compactLake(compact)).toMatchObject({ partitions: 2 });
    await compactLake({ ...compact, clock: clock(8) });
    expect(filesIn(lake, 'events')).toEqual([]);
    // One line again, one that is new, of the same hours.
    await deliver(lake, at(8), [line('acme', 2, 9), { ...line('acme', 2, 9), offset: 777 }, line('globex', 2, 9)]);
    expect(await ledgers.onTrino({ clock: clock(8) })).toMatchObject({
      bookings: 1,
      rows: 3,
      events: 1,
      duplicates: 2,
    });
    await ledgers.onDuckDb(clock(8)());
    expect(await ledgers.rowsOnTrino()).toEqual(await ledgers.rowsOnDuckDb());
    const verified = await verifyIcebergLedger({ ledger, log: await readLog(lake), clock: clock(8) });
    expect(verified).toEqual({ ok: true, bookings: 2, differing: [], kept: [] });
  });
});
