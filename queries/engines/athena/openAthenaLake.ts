import { type Views, withViews } from '../trino/withViews.js';
import type { AthenaOptions } from './AthenaOptions.js';
import type { AthenaTables } from './athenaTables.js';
import { athenaViews, type ConfiguredRows, isOverLines } from './athenaViews.js';
import type { CompactedLines } from './CompactedLines.js';
import { type AthenaEngine, type AthenaParts, openAthena } from './openAthena.js';

/** A lake in Athena: its tables, and what reports need of the configuration. */
export interface AthenaLakeOptions extends Omit<AthenaOptions, 'database'>, ConfiguredRows {
  readonly tables: AthenaTables;
}

/** How long it is taken for true where the lines are. Objects that others took the place of stay far longer. */
const LOOK_AGAIN_MS = 10 * 60_000;

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
  const configured = { listPrices, registry };
  const engine = openAthena({ ...rest, database: tables.database }, parts);
  const now = parts.pacing?.now ?? Date.now;
  const views = athenaViews(tables, configured);
  let looked: { readonly at: number; readonly found: Promise<CompactedLines | undefined> } | undefined;
  const compacted = (): Promise<CompactedLines | undefined> => {
    if (looked === undefined || now() - looked.at > LOOK_AGAIN_MS) {
      looked = { at: now(), found: engine.compactedLines(tables) };
      // Not remembered when it failed: what failed may have passed.
      looked.found.catch(() => (looked = undefined));
    }
    return looked.found;
  };
  const viewsOf = async (sql: string): Promise<Views> => {
    if (![...views.keys()].some((view) => isOverLines(view) && new RegExp(`\\b${view}\\b`, 'i').test(sql)))
      return views;
    const found = await compacted();
    return found === undefined ? views : athenaViews(tables, configured, found.from(tables, sql));
  };
  const whole = async (sql: string): Promise<string> => withViews(sql, await viewsOf(sql));
  return {
    ...engine,
    views: [...views.keys()],
    query: async (sql) => engine.query(await whole(sql)),
    queryAll: async (statements) => engine.queryAll(await Promise.all(statements.map(whole))),
    stream: async (sql) => engine.stream(await whole(sql)),
    explain: async (sql) => engine.explain(await whole(sql)),
    background: { ...engine.background, start: async (sql) => engine.background.start(await whole(sql)) },
    files: async (reads) => {
      const found = reads.some(({ view }) => isOverLines(view)) ? await compacted() : undefined;
      return engine.filesOf(tables, reads, found);
    },
  };
}
