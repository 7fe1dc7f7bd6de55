import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ListPrice, Registry } from '../../model/index.js';
import { type Engine, openDuckDb, openTrino } from '../../queries/index.js';

/** A lake that both engines can open. */
export interface SharedLake {
  /** Its folder, and the same as Trino sees it. */
  readonly lake: string;
  readonly location: string;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
}

/** Both engines over one lake. */
export interface Engines {
  readonly duckdb: Engine;
  readonly trino: Engine;
  close(): Promise<void>;
}

/** Opens the lake on both. */
export async function openEngines(server: string, shared: SharedLake, signal?: AbortSignal): Promise<Engines> {
  const duckdb = await openDuckDb({ ...shared, memoryMb: 512, threads: 1 });
  const network = { fetch: globalThis.fetch, clock: Date.now, sleep };
  const address = { server, user: 'test', catalog: 'lake' };
  const trino = await openTrino({ ...shared, ...address, ...network, ...(signal === undefined ? {} : { signal }) });
  return {
    duckdb,
    trino,
    close: async () => {
      await duckdb.close();
      await trino.close();
    },
  };
}

/** Both must answer alike: columns, order, values and the types of values. Returns the number of rows. */
export async function expectEqualAnswers({ duckdb, trino }: Engines, sql: string): Promise<number> {
  const expected = await duckdb.query(sql);
  expect(await trino.query(sql), sql).toStrictEqual(expected);
  return expected.rows.length;
}

/** The rows of every view, in an order that needs nothing of the engine. */
export async function viewRows(engine: Engine, view: string): Promise<readonly string[]> {
  const { columns, rows } = await engine.query(`select * from ${view}`);
  const texts = rows.map((row) => row.map((value) => `${typeof value} ${String(value)}`).join(' | '));
  return [columns.join(' | '), ...texts.sort()];
}

/** The views every engine offers. */
export const VIEWS = [
  'ledger',
  'booked_events',
  'booked_heartbeats',
  'booked_sources',
  'heartbeats',
  'list_prices',
  'tenants',
] as const;
