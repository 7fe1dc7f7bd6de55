import type { Engine } from './Engine.js';
import type { Rows } from './QueryResult.js';

/** The rows of one SELECT as the engine can give them: as they come where it streams, else all at once. Throws as `Engine.query`. */
export async function* batchesOf(engine: Pick<Engine, 'query' | 'stream'>, sql: string): AsyncGenerator<Rows> {
  if (engine.stream === undefined) yield (await engine.query(sql)).rows;
  else yield* (await engine.stream(sql)).batches;
}
