import { withViews } from '../trino/withViews.js';
import type { AthenaOptions } from './AthenaOptions.js';
import type { AthenaTables } from './athenaTables.js';
import { athenaViews, type ConfiguredRows } from './athenaViews.js';
import { type AthenaEngine, type AthenaParts, openAthena } from './openAthena.js';

/** A lake in Athena: its tables, and what reports need of the configuration. */
export interface AthenaLakeOptions extends Omit<AthenaOptions, 'database'>, ConfiguredRows {
  readonly tables: AthenaTables;
}

/**
 * Athena over a lake's tables in Glue, with the views reports read. A statement that is not a query does not parse behind
 * them. Nothing is sent before the first statement.
 *
 * @example
 * const engine = openAthenaLake({ tables: athenaTables('tenantscope'), workgroup: 'reports', listPrices: [], registry });
 * await engine.query("select count(*) from ledger where tenant_id = 'acme'");
 */
export function openAthenaLake(options: AthenaLakeOptions, parts: Partial<AthenaParts> = {}): AthenaEngine {
  const { tables, listPrices, registry, ...rest } = options;
  const engine = openAthena({ ...rest, database: tables.database }, parts);
  const views = athenaViews(tables, { listPrices, registry });
  const whole = (sql: string): string => withViews(sql, views);
  return {
    ...engine,
    views: [...views.keys()],
    query: (sql) => engine.query(whole(sql)),
    queryAll: (statements) => engine.queryAll(statements.map(whole)),
    stream: (sql) => engine.stream(whole(sql)),
    explain: (sql) => engine.explain(whole(sql)),
    background: { ...engine.background, start: (sql) => engine.background.start(whole(sql)) },
    files: (reads) => engine.filesOf(tables, reads),
  };
}
