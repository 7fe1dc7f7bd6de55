import type { QueryResult } from './QueryResult.js';

/** Runs statements of any kind, one after the other. A statement that failed may still have done its work: whoever repeats one must know that. */
export interface SqlSession {
  /** Runs one statement to its end. Its rows are those of a query; of other statements, whatever the engine says. */
  run(sql: string): Promise<QueryResult>;
}
