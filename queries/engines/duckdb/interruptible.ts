import type { DuckDBConnection } from '@duckdb/node-api';

/** DuckDB forgets an interrupt that comes before the statement runs, which is after it was sent. */
const REPEAT_MS = 20;

/**
 * Does work on a connection until the signal is given: then the statement that runs there is interrupted, and the signal's
 * reason thrown once it has ended. The connection can be used again.
 */
export async function interruptible<T>(
  connection: Pick<DuckDBConnection, 'interrupt'>,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  let repeat: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    repeat = setInterval(() => connection.interrupt(), REPEAT_MS);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const result = await work();
    signal.throwIfAborted();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(repeat);
    signal.removeEventListener('abort', interrupt);
  }
}
