import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hourlyUseOf } from '../../../alerts/job/HourlyUse.js';
import { readHourlyUse } from '../../../alerts/job/readHourlyUse.js';
import { DEFAULT_LIST_PRICES, HOUR_MS } from '../../../model/index.js';
import { queryDuckDb, streamDuckDb } from '../../../queries/engines/queryDuckDb.js';
import { type Engine, usageByDay, usageByHour } from '../../../queries/index.js';

const START = Date.parse('2026-11-23T00:00:00Z');
const WINDOW = { start: START, end: START + 30 * HOUR_MS };

let instance: DuckDBInstance;
let connection: Awaited<ReturnType<DuckDBInstance['connect']>>;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  await connection.run(`create table ledger (tenant_id varchar, service varchar, meter varchar, unit varchar,
    event_hour timestamp, booked_date varchar, quantity_micros decimal(38, 0), events bigint)`);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const whole: Engine = {
  gaps: [],
  query: (sql) => queryDuckDb(connection, sql),
  close: async () => undefined,
};
const streaming: Engine = { ...whole, stream: (sql) => streamDuckDb(connection, sql) };

const row = fc.record({
  tenant: fc.constantFrom('acme', "o'neil", '_unknown', 't-1'),
  meter: fc.constantFrom(
    ...[['DynamoDB', 'read_units'] as const, ['DynamoDB', 'write_units'] as const, ['DynamoDB', 'requests'] as const],
    ...[['DynamoDB', 'throttled_requests'] as const, ['Own', 'b'] as const, ['Own', 'a'] as const],
    // Priced, but this meter of it is not.
    ['S3', 'bytes_out'] as const,
  ),
  hour: fc.integer({ min: -2, max: 31 }),
  quantity: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
});

async function fill(rows: readonly (typeof row extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> {
  await connection.run('delete from ledger');
  for (const { tenant, meter, hour, quantity } of rows) {
    const at = new Date(START + hour * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');
    await connection.run(`insert into ledger values ('${tenant.replace("'", "''")}', '${meter[0]}', '${meter[1]}', 'U',
      timestamp '${at}', '2026-11-25', ${quantity}, 1)`);
  }
}

const plain = ({ services, throttled, used }: Awaited<ReturnType<typeof readHourlyUse>>) => ({
  services: services.map(({ hours, ...one }) => ({
    ...one,
    hours: [...hours].sort(([a], [b]) => a - b).map(([hour, tenants]) => [hour, [...tenants], tenants.size]),
  })),
  throttled: throttled
    .map(({ service, event_hour, quantity_micros }) => [service, event_hour, quantity_micros] as const)
    .reduce((sums, [service, hour, quantity]) => {
      const key = `${service} ${hour}`;
      return sums.set(key, (sums.get(key) ?? 0n) + quantity);
    }, new Map<string, bigint>()),
  used: new Set(used),
});

it.each([
  ['held whole', whole],
  ['streamed', streaming],
])(
  'reads from a ledger, %s, what the same usage in memory comes to, to the last digit',
  async (_, engine) => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 25 }), async (rows) => {
        await fill(rows);
        const usage = await usageByHour(whole, WINDOW);
        const read = await readHourlyUse(engine, WINDOW, DEFAULT_LIST_PRICES);
        expect(plain(read)).toEqual(plain(hourlyUseOf(usage, DEFAULT_LIST_PRICES)));
      }),
      { numRuns: 40 },
    );
  },
  300_000,
);

it('gives amounts that are read as any map is', async () => {
  await fill([
    { tenant: 'acme', meter: ['Own', 'a'], hour: 0, quantity: 3_000_000n },
    { tenant: 't-1', meter: ['Own', 'a'], hour: 1, quantity: 0n },
  ]);
  const { services } = await readHourlyUse(whole, WINDOW, []);
  const [first, second] = [START, START + HOUR_MS].map((hour) => services[0]?.hours.get(hour));
  expect([first?.get('acme'), first?.get('t-1'), first?.get('nobody'), first?.has('t-1')]).toEqual([
    ...[3, undefined, undefined],
    false,
  ]);
  expect([[...(second?.keys() ?? [])], [...(second?.values() ?? [])], second?.size]).toEqual([['t-1'], [0], 1]);
  const each: unknown[] = [];
  first?.forEach((amount, tenant) => {
    each.push([tenant, amount]);
  });
  expect(each).toEqual([['acme', 3]]);
});

it('asks as many statements of a thousand tenants as of two', async () => {
  const asked = async (tenants: number): Promise<number> => {
    await connection.run('delete from ledger');
    await connection.run(`insert into ledger select 't' || t, 'DynamoDB', m, 'U', timestamp '2026-11-23 00:00:00' + to_hours(h), '2026-11-25', 1, 1
      from range(${tenants}) a(t), range(3) b(h), (values ('read_units'), ('throttled_requests')) c(m)`);
    let statements = 0;
    const counted: Engine = {
      ...whole,
      query: (sql) => {
        statements += 1;
        return whole.query(sql);
      },
    };
    const { services } = await readHourlyUse(counted, WINDOW, DEFAULT_LIST_PRICES);
    expect(services[0]?.hours.get(START)?.size).toBe(tenants);
    return statements;
  };
  expect(await asked(1000)).toBe(await asked(2));
});

it('leaves nobody out in silence when its statements do not agree (regression: a tenant that came between them was)', async () => {
  await fill([{ tenant: 'acme', meter: ['Own', 'a'], hour: 0, quantity: 1_000_000n }]);
  const moving: Engine = {
    ...whole,
    query: async (sql) => {
      const answer = await whole.query(sql);
      if (sql.includes('distinct tenant_id')) {
        await fill([{ tenant: 't-1', meter: ['Own', 'a'], hour: 0, quantity: 1_000_000n }]);
      }
      return answer;
    },
  };
  await expect(readHourlyUse(moving, WINDOW, [])).rejects.toMatchObject({ code: 'INTERNAL' });
});

it('adds up days as their hours', async () => {
  await connection.run('delete from ledger');
  await connection.run(`insert into ledger select 't' || t, 'DynamoDB', 'read_units', 'U', timestamp '2026-11-23 00:00:00' + to_hours(h), '2026-11-25', h + 1, 1
    from range(2) a(t), range(30) b(h)`);
  const days = await usageByDay(whole, WINDOW);
  expect(days.map(({ tenant_id, day, quantity_micros, events }) => [tenant_id, day, quantity_micros, events])).toEqual(
    ['t0', 't1'].flatMap((id) => [
      [id, '2026-11-23', 300n, 24],
      [id, '2026-11-24', 165n, 6],
    ]),
  );
});
