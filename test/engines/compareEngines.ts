import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { EVENT_COLUMNS, type ListPrice, type Registry } from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import { type Engine, openDuckDb, openTrino, runReport } from '../../queries/index.js';

/** A lake that both engines can open. */
export interface SharedLake {
  /** Its folder, and the same as Trino sees it. */
  readonly lake: string;
  readonly location: string;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  /** How long a list of files may be in a statement to Trino. */
  readonly longestInline?: number;
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

/**
 * The same engines, each statement of whose `query` is asked once: what every report asks besides its own, the watermark and the
 * completeness of its window, takes most of the time and answers the same over a lake that does not change. Streams are not kept.
 */
export function remembering({ duckdb, trino, close }: Engines): Engines {
  const once = (engine: Engine): Engine => {
    const answers = new Map<string, ReturnType<Engine['query']>>();
    const query: Engine['query'] = (sql) => {
      const answer = answers.get(sql) ?? engine.query(sql);
      answers.set(sql, answer);
      return answer;
    };
    const { beside: _, ...asked } = engine;
    return { ...asked, query };
  };
  return { duckdb: once(duckdb), trino: once(trino), close };
}

/** Both must answer alike: columns, order, values and the types of values. Returns the number of rows. */
export async function expectEqualAnswers({ duckdb, trino }: Engines, sql: string): Promise<number> {
  const { columns, rows, types } = await duckdb.query(sql);
  const { facts: _, ...answered } = await trino.query(sql);
  expect(answered, sql.slice(0, 2_000)).toStrictEqual({ columns, rows, types });
  return rows.length;
}

/** An answer to a report without what an engine says of itself, and without the time it took. */
export async function answerOf(
  engine: Engine,
  ...asked: Parameters<typeof runReport> extends [unknown, ...infer Rest] ? Rest : never
) {
  const { stats, ...answer } = await runReport(engine, ...asked);
  return { ...answer, data_through: stats.data_through, completeness: stats.completeness };
}

/** What the command printed as JSON, without the same. */
export function comparable(stdout: string): Readonly<Record<string, unknown>> {
  const { stats, ...answer } = JSON.parse(stdout);
  return { ...answer, data_through: stats.data_through, completeness: stats.completeness };
}

/** The rows of every view, in an order that needs nothing of the engine. */
export async function viewRows(engines: Engines, on: 'duckdb' | 'trino', view: string): Promise<readonly string[]> {
  const where = await partitionsOf(engines.duckdb, view);
  const { columns, rows } = await engines[on].query(`select ${columnsOf(on, view)} from ${view} ${where}`);
  const texts = rows.map((row) => row.map((value) => `${typeof value} ${String(value)}`).join(' | '));
  return [columns.join(' | '), ...texts.sort()];
}

/** Lines are read by tenant only: all of them are named. */
async function partitionsOf(duckdb: Engine, view: string): Promise<string> {
  const partition = { events: 'tenant_id', event_usage: 'emitter' }[view];
  if (partition === undefined) return '';
  const { rows } = await duckdb.query('select distinct emitter from booked_events order by emitter');
  if (rows.length === 0) return '';
  return `where ${partition} in (${rows.map(([tenant]) => sqlText(String(tenant))).join(', ')})`;
}

/** Nested values as text of one form, written in each engine's own words; no report may return them, yet reports read them. */
const NESTED: Readonly<Record<'duckdb' | 'trino', Readonly<Record<string, string>>>> = {
  duckdb: {
    attributes: `array_to_string(list_sort(list_transform(map_entries(attributes), lambda e: e.key || '=' || coalesce(e.value, '-'))), '|')`,
    problems: `array_to_string(list_transform(problems, lambda p: coalesce(p, '-')), '|')`,
    usage: 'len(usage)',
  },
  trino: {
    attributes: `array_join(array_sort(transform(map_entries(attributes), e -> e[1] || '=' || coalesce(e[2], '-'))), '|')`,
    problems: `array_join(transform(problems, p -> coalesce(p, '-')), '|')`,
    usage: 'cardinality(usage)',
  },
};

function columnsOf(on: 'duckdb' | 'trino', view: string): string {
  if (view !== 'events') return '*';
  const columns = EVENT_COLUMNS.map(({ name }) => {
    const nested = NESTED[on][name];
    return nested === undefined ? name : `${nested} as ${name}, ${name} is null as no_${name}`;
  });
  return ['tenant_id', 'dt', ...columns].join(', ');
}

/** The views every engine offers. */
export const VIEWS = [
  'ledger',
  'booked_events',
  'booked_heartbeats',
  'booked_sources',
  'usage_recent',
  'heartbeats',
  'events',
  'event_usage',
  'quarantine',
  'list_prices',
  'tenants',
  'completeness_settings',
  'quotas',
  'unbooked',
] as const;
