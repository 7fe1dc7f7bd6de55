import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../../model/index.js';
import type { Engine } from '../Engine.js';
import type { Rows } from '../QueryResult.js';
import { explainDuckDb, queryDuckDb, streamDuckDb } from '../queryDuckDb.js';
import { interruptible } from './interruptible.js';
import type { LazyViews } from './lazyViews.js';
import { explainSpill, type SpillLimit } from './spillLimit.js';

/** What an engine does with statements, and how it stops. */
export interface DuckDbStatements
  extends Required<Pick<Engine, 'query' | 'beside' | 'stream' | 'explain' | 'progress'>> {
  /** Interrupts what still runs and waits for its end; connections can be closed then. */
  stop(): Promise<void>;
}

/**
 * What an engine does with statements: on one DuckDB connection, and beside it on a second. The signal interrupts those
 * that run, which then throw the signal's reason.
 *
 * @param connections and the one that views are made on
 * @param views makes what a statement reads
 * @param spill what one may spill, to say so of one that would more
 */
export function duckDbStatements(
  { connection, second, later }: Readonly<Record<'connection' | 'second' | 'later', DuckDBConnection>>,
  signal: AbortSignal | undefined,
  views: LazyViews,
  spill: SpillLimit,
): DuckDbStatements {
  const stopping = new AbortController();
  const ended = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  const running = new Set<Promise<unknown>>();
  // What ends one statement ends all, and the views they wait for.
  const all = {
    interrupt: (): void => {
      for (const each of [connection, second, later]) each.interrupt();
    },
  };
  const guarded: Guarded = async (work) => {
    const result = interruptible(all, ended, work);
    running.add(result);
    try {
      return await result;
    } catch (error) {
      throw explainSpill(error, spill);
    } finally {
      running.delete(result);
    }
  };
  return {
    query: (sql) => guarded(() => views.run(sql, () => queryDuckDb(connection, sql))),
    beside: (sql) => guarded(() => views.run(sql, () => queryDuckDb(second, sql))),
    explain: (sql) => guarded(() => views.run(sql, () => explainDuckDb(connection, sql))),
    stream: async (sql) => {
      const streamed = await guarded(() => views.run(sql, () => streamDuckDb(connection, sql)));
      return { ...streamed, batches: eachGuarded(streamed.batches, guarded) };
    },
    progress: () => {
      if (running.size === 0) return undefined;
      const { percentage } = connection.progress;
      return { state: 'RUNNING', ...(percentage < 0 ? {} : { done: percentage / 100 }) };
    },
    stop: async () => {
      stopping.abort(new AppError('ENGINE_UNAVAILABLE', 'the engine was closed', { hint: 'ask before it is closed' }));
      await Promise.allSettled(running);
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
