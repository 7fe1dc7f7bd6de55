import type { DuckDBConnection } from '@duckdb/node-api';
import type { Engine } from '../Engine.js';
import type { Rows } from '../QueryResult.js';
import { explainDuckDb, queryDuckDb, streamDuckDb } from '../queryDuckDb.js';
import { interruptible } from './interruptible.js';
import type { LazyViews } from './lazyViews.js';

/**
 * What an engine does with statements, on one DuckDB connection. The signal interrupts the one that runs, which then throws
 * the signal's reason.
 *
 * @param views makes what a statement reads
 */
export function duckDbStatements(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  views: LazyViews,
): Required<Pick<Engine, 'query' | 'stream' | 'explain' | 'progress'>> {
  let running = 0;
  const guarded: Guarded = async (work) => {
    running += 1;
    try {
      return await interruptible(connection, signal, work);
    } finally {
      running -= 1;
    }
  };
  return {
    query: (sql) => guarded(() => views.run(sql, () => queryDuckDb(connection, sql))),
    explain: (sql) => guarded(() => views.run(sql, () => explainDuckDb(connection, sql))),
    stream: async (sql) => {
      const streamed = await guarded(() => views.run(sql, () => streamDuckDb(connection, sql)));
      return { ...streamed, batches: eachGuarded(streamed.batches, guarded) };
    },
    progress: () => {
      if (running === 0) return undefined;
      const { percentage } = connection.progress;
      return { state: 'RUNNING', ...(percentage < 0 ? {} : { done: percentage / 100 }) };
    },
  };
}

type Guarded = <T>(work: () => Promise<T>) => Promise<T>;

async function* eachGuarded(batches: AsyncIterable<Rows>, guarded: Guarded): AsyncIterable<Rows> {
  const source = batches[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await guarded(() => source.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}
