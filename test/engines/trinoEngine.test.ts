import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { AppError, buildRegistry } from '../../model/index.js';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { tenantscope } from '../e2e/tenantscope.js';
import { comparable, openEngines } from './compareEngines.js';
import { writeHandMadeLake } from './handMadeLake.js';

const trino = inject('trino');
const server = 'missing' in trino ? '' : trino.server;
const root = 'missing' in trino ? '' : trino.root;
const client = (signal?: AbortSignal): TrinoClient =>
  new TrinoClient({
    server,
    user: 'test',
    fetch: globalThis.fetch,
    clock: Date.now,
    sleep,
    ...(signal === undefined ? {} : { signal }),
  });
const shared = (location: string) => ({
  lake: join(root, 'engine'),
  location,
  listPrices: [],
  registry: buildRegistry({ tenants: [] }),
});

describe.skipIf('missing' in trino)('a real Trino', () => {
  it('gives back every number as it was sent', async () => {
    const bigints = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n });
    const decimals = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
    const row = fc.tuple(bigints, decimals, doubles, fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 50 }), async (rows) => {
        const values = rows.map(
          ([whole, decimal, double, text], index) =>
            `(${index}, bigint '${whole}', cast(decimal '${decimal}' as decimal(38, 0)), double '${double}', '${text.replaceAll("'", "''")}')`,
        );
        const answer = await client().run(
          `select b, c, d, e from (values ${values.join(', ')}) t (a, b, c, d, e) order by a`,
        );
        expect(answer.rows).toEqual(rows);
      }),
      { numRuns: 10 },
    );
  });

  it('reads an answer of many pages whole and in order', async () => {
    const numbers =
      'select a * 100 + b as n from unnest(sequence(0, 1999)) t (a) cross join unnest(sequence(0, 99)) u (b)';
    const { rows } = await client().run(`select n, 'some text to fill pages with' from (${numbers}) order by n`);
    expect(rows.map(([n]) => Number(n))).toEqual(Array.from({ length: 200_000 }, (_, index) => index));
  });

  it('is told when its answer is no longer wanted', async () => {
    const controller = new AbortController();
    const endless = `select count(*) /* cancel me */ from unnest(sequence(1, 10000)) a (x)
      cross join unnest(sequence(1, 10000)) b (y) cross join unnest(sequence(1, 10000)) c (z) where x * y % 7919 = z`;
    const running = client(controller.signal).run(endless);
    const stateOf = async (): Promise<readonly unknown[]> => {
      const found = await client().run(
        `select state, error_code from system.runtime.queries where query like '%cancel me%' and query not like '%runtime%'
          order by created desc limit 1`,
      );
      return found.rows[0] ?? [];
    };
    while ((await stateOf())[0] !== 'RUNNING') await sleep(50);
    controller.abort(new AppError('INTERRUPTED', 'interrupted'));
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    while ((await stateOf())[0] === 'RUNNING') await sleep(50);
    expect(await stateOf()).toEqual(['FAILED', 'USER_CANCELED']);
  });

  it('names its error and the query', async () => {
    await expect(client().run('select nothing_here')).rejects.toThrow(/Trino query \d{8}_\S+: .*COLUMN_NOT_FOUND/);
  });

  it('answers queries over a lake and nothing else, and only the lake it was given', async () => {
    await writeHandMadeLake(join(root, 'engine'));
    const engines = await openEngines(server, shared('local:///engine'));
    for (const sql of [
      'drop table tenants',
      'create table lake.default.x (a int)',
      'select 1; select 2',
      'show tables',
    ]) {
      await expect(engines.trino.query(sql), sql).rejects.toThrow(/SYNTAX_ERROR/);
    }
    await engines.close();
    await expect(openEngines(server, shared('local:///another'))).rejects.toThrow(/Trino does not see this lake/);
  });

  it('is a coordinator and a worker that reads what is read', async () => {
    const { rows } = await client().run(
      "select coordinator, count(*) from system.runtime.nodes where state = 'active' group by coordinator order by coordinator",
    );
    expect(rows).toEqual([
      [false, 1n],
      [true, 1n],
    ]);
  });

  it('refuses a copy of the lake that lags behind its log', async () => {
    const lake = join(root, 'ahead');
    await writeHandMadeLake(lake);
    cpSync(lake, join(root, 'behind'), { recursive: true });
    const open = () => openEngines(server, { ...shared('local:///behind'), lake });
    rmSync(join(root, 'behind/ledger/bookings/0000000001/usage.parquet'));
    await expect(open()).rejects.toThrow(/expected \d+ rows of ledger, got 0/);
    rmSync(join(root, 'behind/ledger/bookings/0000000001/events.parquet'));
    await expect(open()).rejects.toThrow(
      /booking 1 under local:\/\/\/behind: Trino does not see this lake: expected 6 lines, got 0/,
    );
  });

  it('answers the command line as the embedded engine does', async () => {
    await writeHandMadeLake(join(root, 'cli'));
    const ask = [
      'report',
      'run',
      'top-tenants',
      '--lake',
      join(root, 'cli'),
      '--since',
      '2026-11-22',
      '--until',
      '2026-11-23',
    ];
    const embedded = await tenantscope([...ask, '--json']);
    const answered = await tenantscope([
      ...ask,
      '--json',
      '--engine',
      'trino',
      '--trino-url',
      `${server}/lake`,
      '--trino-location',
      'local:///cli',
    ]);
    // On stderr stands how far a slow statement was.
    expect(answered.code).toBe(embedded.code);
    expect(comparable(answered.stdout)).toEqual(comparable(embedded.stdout));
    expect(JSON.parse(answered.stdout).rows.length).toBeGreaterThan(5);
  });
});
