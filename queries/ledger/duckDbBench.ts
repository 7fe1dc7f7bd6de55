import type { DuckDBConnection } from '@duckdb/node-api';
import { queryDuckDb } from '../engines/queryDuckDb.js';
import type { Workbench } from './Workbench.js';

/** A workbench of temporary tables, to be cleared when the booking is made. */
export function duckDbBench(connection: DuckDBConnection): Workbench & { clear(): Promise<void> } {
  const kept: string[] = [];
  const keep = async (name: string, query: string): Promise<string> => {
    await connection.run(`create temp table ${name} as ${query}`);
    kept.push(name);
    return name;
  };
  return {
    keep,
    name: keep,
    ask: (query) => queryDuckDb(connection, query),
    clear: async () => {
      for (const name of kept.splice(0)) await connection.run(`drop table ${name}`);
    },
  };
}
