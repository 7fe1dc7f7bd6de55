import { tablesRead } from '../trino/tablesRead.js';
import { type Views, withViews } from '../trino/withViews.js';
import type { AthenaOptions } from './AthenaOptions.js';
import { athenaFiles } from './athenaFiles.js';
import type { AthenaTables } from './athenaTables.js';
import { athenaViews, type ConfiguredRows, isOverLedger, isOverLines } from './athenaViews.js';
import { type CompactedLines, readCompactedLines } from './CompactedLines.js';
import { type AthenaEngine, type AthenaParts, openAthena } from './openAthena.js';
import { unfinishedBookings } from './unfinishedBookings.js';

/** A lake in Athena: its tables, and what reports need of the configuration. */
export interface AthenaLakeOptions extends Omit<AthenaOptions, 'database'>, ConfiguredRows {
  readonly tables: AthenaTables;
}

/** How long it is taken for true where the lines are. Objects that others took the place of stay far longer. */
const LOOK_AGAIN_MS = 10 * 60_000;

/**
 * Athena over a lake's tables in Glue, with the views reports read. A statement that is not a query does not parse behind
 * them. Nothing is sent before the first statement; with the first one on the ledger it is looked up whether all bookings
 * are finished, and `gaps` says which are not from then on.
 *
 * @example
 * const engine = openAthenaLake({ tables: athenaTables('tenantscope'), workgroup: 'reports', listPrices: [], registry });
 * await engine.query("select count(*) from ledger where tenant_id = 'acme'");
 */
export function openAthenaLake(options: AthenaLakeOptions, parts: Partial<AthenaParts> = {}): AthenaEngine {
  const { tables, listPrices, registry, ...rest } = options;
  const configured = { listPrices, registry };
  const engine = openAthena({ ...rest, database: tables.database }, parts);
  const views = athenaViews(tables, configured);
  const reads = (sql: string, over: (view: string) => boolean): boolean => [...tablesRead(sql)].some(over);
  const compacted = forSomeTime(parts.pacing?.now ?? Date.now, () => readCompactedLines(engine.session(), tables));
  const viewsOf = async (sql: string): Promise<Views> => {
    const lines = reads(sql, isOverLines) ? await compacted() : undefined;
    return lines === undefined ? views : athenaViews(tables, configured, lines.from(tables, sql));
  };
  const gaps: string[] = [];
  let looked: Promise<void> | undefined;
  const lookForGaps = (): Promise<void> => {
    looked ??= unfinishedBookings(engine.session(), tables, engine.query).then((found) => void gaps.push(...found));
    return looked;
  };
  const whole = async (sql: string): Promise<string> => withViews(sql, await viewsOf(sql));
  /** What an answer leaves out is known by the time it is there. */
  const withGaps = async <T>(statements: readonly string[], answer: Promise<T>): Promise<T> => {
    const readsLedger = statements.some((sql) => reads(sql, isOverLedger));
    const [answered] = await Promise.all([answer, readsLedger ? lookForGaps() : undefined]);
    return answered;
  };
  return {
    ...engine,
    gaps,
    views: [...views.keys()],
    query: async (sql) => withGaps([sql], engine.query(await whole(sql))),
    queryAll: async (statements) => withGaps(statements, engine.queryAll(await Promise.all(statements.map(whole)))),
    stream: async (sql) => withGaps([sql], engine.stream(await whole(sql))),
    explain: async (sql) => engine.explain(await whole(sql)),
    background: {
      ...engine.background,
      start: async (sql) => withGaps([sql], engine.background.start(await whole(sql))),
    },
    files: async (wanted) => {
      const lines = wanted.some(({ view }) => isOverLines(view)) ? await compacted() : undefined;
      return athenaFiles(engine.session(), { tables, compacted: lines }, wanted);
    },
  };
}

/** Asks once in a while; what failed is asked again, since it may have passed. */
function forSomeTime(
  now: () => number,
  ask: () => Promise<CompactedLines | undefined>,
): () => Promise<CompactedLines | undefined> {
  let asked: { readonly at: number; readonly answer: Promise<CompactedLines | undefined> } | undefined;
  return () => {
    if (asked === undefined || now() - asked.at > LOOK_AGAIN_MS) {
      const answer = ask();
      asked = { at: now(), answer };
      answer.catch(() => (asked = undefined));
    }
    return asked.answer;
  };
}
