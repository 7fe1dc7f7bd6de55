import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '../../model/index.js';
import { queryDuckDb } from '../../queries/engines/queryDuckDb.js';
import { findReport } from '../../queries/index.js';
import { parseParameters, renderReport } from '../../queries/reports/parameters.js';

const START = Date.parse('2026-11-20T00:00:00Z');
const WINDOW = { start: START, end: START + 3 * DAY_MS };
const BY = '2026-11-22';
const dayOf = (day: number): string => new Date(START + day * DAY_MS).toISOString().slice(0, 10);

let instance: DuckDBInstance;
let connection: Awaited<ReturnType<DuckDBInstance['connect']>>;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
  await connection.run(`create table ledger (tenant_id varchar, emitter varchar, service varchar, meter varchar, unit varchar,
    event_hour timestamp, booked_date varchar, manifest bigint, quantity_micros decimal(38, 0), events bigint)`);
  await connection.run(`create table booked_events (emitter varchar, event_hour timestamp, manifest bigint, booked_date varchar,
    dt varchar, duplicates bigint)`);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Days are counted from the window's first; the manifest is that of the booked day, but for every other one a second. */
const used = fc.record({
  tenant: fc.constantFrom('acme', 'globex', '_unknown'),
  emitter: fc.constantFrom('acme', '_shared'),
  meter: fc.constantFrom('a', 'b'),
  unit: fc.constantFrom('U', null),
  day: fc.integer({ min: -1, max: 3 }),
  booked: fc.integer({ min: 0, max: 5 }),
  second: fc.boolean(),
  quantity: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  events: fc.integer({ min: 0, max: 2 }),
});
const arrival = fc.record({
  emitter: fc.constantFrom('acme', '_shared'),
  day: fc.integer({ min: -1, max: 3 }),
  booked: fc.integer({ min: 0, max: 5 }),
  second: fc.boolean(),
  arrived: fc.integer({ min: 0, max: 5 }),
});
type Used = typeof used extends fc.Arbitrary<infer T> ? T : never;
type Arrival = typeof arrival extends fc.Arbitrary<infer T> ? T : never;

const manifestOf = ({ booked, second }: Pick<Used, 'booked' | 'second'>): number => 2 * booked + (second ? 1 : 0);
const place = ({ day, booked, second }: Pick<Used, 'day' | 'booked' | 'second'>): string =>
  [day, manifestOf({ booked, second })].join();

/** What moved, row by row, the plain way. */
function plain(rows: readonly Used[], arrivals: readonly Arrival[]): readonly string[] {
  const seen = rows.filter(({ day }) => day >= 0 && day < 3 && dayOf(day) <= BY);
  const later = seen.filter(({ booked }) => dayOf(booked) > BY);
  const keyOf = ({ tenant, meter, unit }: Used): string => [tenant, 'S3', meter, unit ?? ''].join();
  const reasonOf = (row: Used): string => {
    const isTaken = later.some(
      (one) =>
        one.tenant === '_unknown' &&
        one.quantity < 0n &&
        one.meter === row.meter &&
        one.unit === row.unit &&
        place(one) === place(row),
    );
    const came = arrivals.filter((one) => one.emitter === row.emitter && place(one) === place(row));
    if (isTaken) return 're-attributed';
    if (row.events === 0 || came.length === 0) return 'corrected';
    return came.some(({ arrived }) => dayOf(arrived) > BY) ? 'late' : 'replayed';
  };
  const changes = new Map<string, { key: string; reason: string; change: bigint; entries: number; last: string }>();
  for (const row of later) {
    const [key, reason] = [keyOf(row), reasonOf(row)];
    const known = changes.get(`${key},${reason}`) ?? { key, reason, change: 0n, entries: 0, last: '' };
    const last = dayOf(row.booked) > known.last ? dayOf(row.booked) : known.last;
    const [change, entries] = [known.change + row.quantity, known.entries + row.events];
    changes.set(`${key},${reason}`, { key, reason, change, entries, last });
  }
  const sum = (some: readonly Used[]): bigint => some.reduce((total, { quantity }) => total + quantity, 0n);
  return [...changes.values()].map(({ key, reason, change, entries, last }) => {
    const own = seen.filter((row) => keyOf(row) === key);
    const before = sum(own.filter(({ booked }) => dayOf(booked) <= BY));
    return [key, reason, before, change, sum(own), entries, last].join();
  });
}

it('what moved after a date is what its rows say one by one, whatever of the rest was not moved', async () => {
  const report = findReport('restatement');
  const sql = renderReport(report, parseParameters(report, [`booked_by=${BY}`], { window: WINDOW }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(used, { minLength: 1, maxLength: 20 }),
      fc.array(arrival, { maxLength: 12 }),
      async (rows, arrivals) => {
        await connection.run('delete from ledger');
        await connection.run('delete from booked_events');
        for (const row of rows) {
          await connection.run(`insert into ledger values ('${row.tenant}', '${row.emitter}', 'S3', '${row.meter}',
            ${row.unit === null ? 'null' : `'${row.unit}'`}, timestamp '${dayOf(row.day)} 05:00:00', '${dayOf(row.booked)}',
            ${manifestOf(row)}, ${row.quantity}, ${row.events})`);
        }
        for (const row of arrivals) {
          await connection.run(`insert into booked_events values ('${row.emitter}', timestamp '${dayOf(row.day)} 05:00:00',
            ${manifestOf(row)}, '${dayOf(row.booked)}', '${dayOf(row.arrived)}', 0)`);
        }
        const answer = await queryDuckDb(connection, sql);
        const told = answer.rows.map(([tenant, service, meter, unit, reason, before, change, after, entries, last]) =>
          [tenant, service, meter, unit, reason, before, change, after, entries, last].join(),
        );
        expect([...told].sort()).toEqual([...plain(rows, arrivals)].sort());
      },
    ),
    { numRuns: 60 },
  );
}, 300_000);
