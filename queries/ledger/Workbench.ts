import type { QueryResult } from '../engines/Engine.js';

/**
 * Where a booking keeps rows between its statements: temporary tables on DuckDB, tables of its own on Trino and Athena. What
 * is asked of it is written once, in the SQL all of them mean alike.
 */
export interface Workbench {
  /** Keeps the rows of a query. Returns what stands behind `from` to read them. */
  keep(name: string, query: string): Promise<string>;
  /** The same for rows that are read once or twice: where keeping costs more than computing them again, the query is kept. */
  name(name: string, query: string): Promise<string>;
  /** Answers a query. */
  ask(query: string): Promise<QueryResult>;
}
