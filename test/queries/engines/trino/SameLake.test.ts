import { describe, expect, it } from 'vitest';
import { utcDayOf } from '../../../../model/index.js';
import type { QueryResult, Value } from '../../../../queries/engines/Engine.js';
import { SameLake } from '../../../../queries/engines/trino/SameLake.js';

const object = (emitter: string, dt: string, rows: number) => ({
  object: `events/tenant_id=${emitter}/dt=${dt}/x.parquet`,
  emitter,
  dt,
  rows,
  sha256: '',
  id_hour_min: null,
  id_hour_max: null,
  event_hours: [],
});
const OBJECTS = [
  object('acme', '2026-11-21', 1),
  object('acme', '2026-11-22', 2),
  object('acme', '2026-11-22', 3),
  object('acme-two', '2026-11-22', 4),
  object('globex', '2026-11-23', 5),
];

function setUp(rows: readonly (readonly Value[])[]) {
  const asked: string[] = [];
  const query = async (sql: string): Promise<QueryResult> => {
    asked.push(sql);
    return { columns: [], rows };
  };
  const errors = [
    { path: 'errors/a', records: 2 },
    { path: 'errors/b', records: 1 },
  ];
  const booked = { booked_date: utcDayOf(0), objects: OBJECTS };
  const manifest = { version: 1 as const, kind: 'booking' as const, number: 7, ...booked };
  const parts = [{ folder: 'ledger/bookings/0000000007', manifests: [manifest] }];
  const bookingRows = new Map([['ledger 7', 20]]);
  const known = { parts, bookingRows, entries: OBJECTS, errors, recentRows: 6 };
  const same = new SameLake({ query, location: 'local:///', ...known });
  return { asked, same };
}

describe('SameLake', () => {
  it.each([
    [15, 20, undefined],
    [14, 20, 'booking 7 under local:///: Trino does not see this lake: expected 15 lines, got 14'],
    [15, 0, 'booking 7 under local:///: Trino does not see this lake: expected 20 rows of ledger, got 0'],
  ])('holds %d lines and %d rows against the log', async (lines, rows, error) => {
    const { same } = setUp([
      ['lines', 7n, BigInt(lines)],
      ['ledger', 7n, BigInt(rows)],
    ]);
    const checked = same.checkBookings();
    await (error === undefined ? checked : expect(checked).rejects.toThrow(error));
  });

  it('holds recent usage against its rows, once', async () => {
    const { asked, same } = setUp([[6n]]);
    await same.checkRecent();
    await same.checkRecent();
    expect(asked).toHaveLength(1);
    await expect(setUp([[5n]]).same.checkRecent()).rejects.toThrow(
      'recent usage under local:///: Trino does not see this lake: expected 6 rows, got 5',
    );
  });

  it('asks for the partitions that a statement can read, once', async () => {
    const { asked, same } = setUp([['acme', '2026-11-22', 5n]]);
    const sql = "select a from events where tenant_id = 'acme' and dt >= '2026-11-22' and dt <= '2026-11-30'";
    await same.checkLines(sql);
    await same.checkLines(`${sql} and b = 'other'`);
    expect(asked).toEqual([
      "select tenant_id, dt, count(*) from events where tenant_id in ('acme') and dt in ('2026-11-22') group by tenant_id, dt",
    ]);
  });

  it('takes every date for a statement that names none', async () => {
    const { same } = setUp([['acme', '2026-11-22', 5n]]);
    await expect(same.checkLines("select a from events where tenant_id = 'acme'")).rejects.toThrow(
      /^tenant acme, 2026-11-21 under local:\/\/\/: Trino does not see this lake: expected 1 lines, got 0/,
    );
  });

  it('asks nothing for tenants that have no lines', async () => {
    const { asked, same } = setUp([]);
    await same.checkLines("select a from events where tenant_id = 'nobody'");
    expect(asked).toEqual([]);
  });

  it.each([3n, 6n])('refuses %d lines where there are 5, every time', async (got) => {
    const { asked, same } = setUp([['acme', '2026-11-22', got]]);
    const sql = "select a from events where tenant_id in ('acme', 'acme-two') and dt = '2026-11-22'";
    for (const _ of [1, 2]) await expect(same.checkLines(sql)).rejects.toThrow(`expected 5 lines, got ${got}`);
    expect(asked).toHaveLength(2);
  });

  it('holds the quarantine against the journal', async () => {
    await setUp([[3n]]).same.checkErrors();
    await expect(setUp([[2n]]).same.checkErrors()).rejects.toThrow('expected 3 records, got 2');
  });
});
