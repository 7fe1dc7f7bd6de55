import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../model/index.js';
import { openMemory } from '../../queries/engines/openMemory.js';
import type { Rows } from '../../queries/engines/QueryResult.js';
import { streamDuckDb } from '../../queries/engines/queryDuckDb.js';
import {
  type Engine,
  findReport,
  loadCatalogue,
  openDuckDb,
  parseParameters,
  runReport,
  streamReport,
} from '../../queries/index.js';
import { type TenantsLake, tenantsLake } from './tenantsLake.js';

const root = mkdtempSync(join(tmpdir(), 'streams-'));
const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
let lake: TenantsLake;
let engine: Engine;
beforeAll(async () => {
  lake = await tenantsLake(root);
  engine = await openDuckDb({ ...lake, listPrices: [] });
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

async function collect(batches: AsyncIterable<Rows>): Promise<{ rows: Rows; sizes: number[] }> {
  const all: Rows[] = [];
  for await (const batch of batches) all.push(batch);
  return { rows: all.flat(), sizes: all.map(({ length }) => length) };
}

describe('a streamed statement', () => {
  it('gives the rows, names and types of one that is held, in batches', async () => {
    const sql = 'select range as n, cast(range as decimal(38,2)) as d, cast(null as varchar) as t from range(10000)';
    const held = await engine.query(sql);
    const streamed = await engine.stream?.(sql);
    const { rows, sizes } = await collect(streamed?.batches ?? (held.rows.map(() => []) as never));
    expect(rows).toEqual(held.rows);
    expect({ columns: streamed?.columns, types: streamed?.types }).toEqual({
      columns: held.columns,
      types: held.types,
    });
    expect(sizes.length).toBeGreaterThan(3);
  });

  it('can be left before its end, and fails as a held one does', async () => {
    const streamed = await engine.stream?.('select range from range(100000000)');
    let seen = 0;
    for await (const rows of streamed?.batches ?? []) {
      seen += rows.length;
      if (seen > 5_000) break;
    }
    expect((await engine.query('select 1 as one')).rows).toEqual([[1]]);
    await expect(engine.stream?.('drop table tenants')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    // Late in its rows: nothing of an answer is given that has no end.
    const late = "select cast(case when range > 900000 then 'x' else '1' end as integer) from range(1000000)";
    await expect(engine.stream?.(late)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect((await engine.query("select count(*) from duckdb_tables() where table_name like 'streamed%'")).rows).toEqual(
      [[0n]],
    );
  });

  it('that breaks off is an error, never a shorter answer', async () => {
    const memory = await openMemory();
    const streamed = await streamDuckDb(memory.connection, 'select range from range(1000000)');
    const reading = (async () => {
      let first = true;
      for await (const _ of streamed.batches) {
        if (first) await memory.connection.run('select 1');
        first = false;
      }
    })();
    await expect(reading).rejects.toThrow(/broke off after \d+ of 1000000 rows/);
    await memory.close();
  });
});

describe('a streamed report', () => {
  it('says the same as one that is held', async () => {
    const given: Record<string, string> = {
      service: 'DynamoDB',
      tenant_id: 'acme',
      trace_id: 'a'.repeat(32),
      date: '2026-11-20',
    };
    const clock = () => 0;
    for (const report of loadCatalogue()) {
      const pairs = report.params.flatMap(({ name, type, required }) =>
        required && type !== 'window' ? [`${name}=${given[type]}`] : [],
      );
      const values = parseParameters(report, pairs, { window });
      const held = await runReport(engine, report, values, { clock });
      const stream = await streamReport(engine, report, values, { clock });
      const { rows } = await collect(stream.batches);
      expect({ ...(await stream.end()), rows }, report.name).toStrictEqual(held);
      expect(held.warnings.join(), report.name).not.toMatch(/mend its header/);
    }
  });

  it('is cut where it is asked to be, and says so only when there was more', async () => {
    const report = findReport('tenant-usage-by-hour');
    const values = parseParameters(report, ['tenant_id=acme'], { window });
    const all = await runReport(engine, report, values);
    expect(all.rows.length).toBeGreaterThan(2);
    for (const maxRows of [1, all.rows.length - 1, all.rows.length, all.rows.length + 1]) {
      const stream = await streamReport(engine, report, values, { maxRows });
      const { rows } = await collect(stream.batches);
      expect(rows).toEqual(all.rows.slice(0, maxRows));
      const said = (await stream.end()).warnings.filter((text) => /raise --limit/.test(text));
      expect(said).toEqual(
        maxRows < all.rows.length ? [`only the first ${maxRows} rows are shown; raise --limit`] : [],
      );
    }
  });

  it('says when it answers other columns than it declares, and guesses no type', async () => {
    const found = findReport('tenant-usage-by-hour');
    const report = { ...found, columns: found.columns.slice(1) };
    const result = await runReport(engine, report, parseParameters(report, ['tenant_id=acme'], { window }));
    expect(result.warnings).toContainEqual(
      expect.stringMatching(/declares the columns service, .* and answers hour, service/),
    );
    expect(result.columns[0]).toEqual({ name: 'hour', type: 'timestamp', unit: '' });
    expect(result.columns.at(-2)).toEqual({ name: 'quantity', type: 'decimal(38,6)', unit: '' });
  });

  it('takes its time and cost from the clock and the engine, all statements together', async () => {
    let now = Date.parse('2026-11-25T00:00Z');
    // An engine that charges is asked one statement after the other.
    const { beside: _, ...oneByOne } = engine;
    const costly: Engine = {
      ...oneByOne,
      query: async (sql) => {
        now += 1_000;
        const facts = { queryId: `q${now / 1_000}`, bytesScanned: 10n, costUsd: '0.00005', reused: false };
        return { ...(await engine.query(sql)), facts };
      },
    };
    const report = findReport('top-tenants');
    const { stats } = await runReport(costly, report, parseParameters(report, [], { window }), { clock: () => now });
    // How far arrivals and agents reach, the report itself, whose id it is, and how complete what it read is.
    expect(stats).toMatchObject({ bytes_scanned: 40n, cost_usd: '0.0002', duration_ms: 4_000, reused: false });
    expect(stats.query_id).toBe(`q${now / 1_000 - 1}`);
    expect(stats.generated_at).toBe('2026-11-25T00:00:04.000Z');
    const free = await runReport(engine, report, parseParameters(report, [], { window }));
    expect(free.stats).toMatchObject({ query_id: null, bytes_scanned: null, cost_usd: null, reused: false });
  });
});

describe('a signal', () => {
  const endless = 'select count(*) from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3';

  it('ends the statement that runs with its reason, whether it is held, streamed or explained, and those after it', async () => {
    const controller = new AbortController();
    const other = await openDuckDb({ ...lake, listPrices: [], signal: controller.signal });
    const reason = new AppError('INTERRUPTED', 'interrupted');
    const running = other.query(endless);
    while (other.progress?.() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(other.progress?.()).toMatchObject({ state: 'RUNNING' });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(other.progress?.()).toBeUndefined();
    await expect(other.query('select 1')).rejects.toBe(reason);
    await expect(other.stream?.('select 1')).rejects.toBe(reason);
    await expect(other.explain?.('select 1')).rejects.toBe(reason);
    await other.close();
  });

  it('ends a stream between two batches', async () => {
    const controller = new AbortController();
    const other = await openDuckDb({ ...lake, listPrices: [], signal: controller.signal });
    const streamed = await other.stream?.('select range from range(100000000)');
    const reason = new AppError('TIMED_OUT', 'late');
    const reading = (async () => {
      for await (const _ of streamed?.batches ?? []) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await other.close();
  });
});

describe('explain', () => {
  it('shows the plan of a SELECT and runs nothing, nor anything else', async () => {
    expect(await engine.explain?.('select sum(events) from ledger')).toMatch(/AGGREGATE[\s\S]*READ_PARQUET/);
    for (const sql of ['drop table tenants', 'select 1; select 2', 'analyze select 1', 'create table x as select 1']) {
      await expect(engine.explain?.(sql), sql).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    }
  });
});

it('an engine that cannot be opened leaves nothing in the lake', async () => {
  const spill = () => readdirSync(join(lake.lake, '.staging')).filter((name) => name.startsWith('duckdb-'));
  const before = spill();
  const broken = { service: 'S3', meter: 'requests', usd: 'many', per: 1, as_of: '2026-11-01' };
  await expect(openDuckDb({ ...lake, listPrices: [broken as never] })).rejects.toThrow();
  expect(spill()).toEqual(before);
});
