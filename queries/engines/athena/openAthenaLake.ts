import type { Registry, TenantId } from '../../../model/index.js';
import type { ErasedTenants } from '../../lake/ErasedTenants.js';
import { watermark } from '../../ledger/watermark.js';
import { sqlText } from '../sqlText.js';
import { tablesRead } from '../trino/tablesRead.js';
import { tenantViews } from '../trino/tenantViews.js';
import { type Views, withViews } from '../trino/withViews.js';
import { tenantGaps } from '../viewOwners.js';
import type { AthenaOptions } from './AthenaOptions.js';
import { athenaFiles } from './athenaFiles.js';
import type { AthenaTables } from './athenaTables.js';
import { athenaViews, type ConfiguredRows, isOverLedger, isOverLines } from './athenaViews.js';
import { type AthenaEngine, type AthenaParts, openAthena } from './openAthena.js';
import { type LakeLines, readLakeLines } from './readLakeLines.js';
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
  return overLake(openRaw(options, parts), options, parts);
}

/**
 * The same for one tenant: its views have that tenant's rows only. What the role may read is for IAM to say. How far the
 * data goes is asked of everyone's bookings, once, since one tenant's do not tell.
 */
export async function openAthenaTenant(
  options: AthenaLakeOptions,
  tenant: TenantId,
  parts: Partial<AthenaParts> = {},
): Promise<AthenaEngine> {
  const raw = openRaw(options, parts);
  const { dataThrough } = await watermark(overLake(raw, options, parts));
  return { ...overLake(raw, options, parts, tenant), tenant, dataThrough };
}

function openRaw({ tables, listPrices: _, registry: __, ...rest }: AthenaLakeOptions, parts: Partial<AthenaParts>) {
  return openAthena({ ...rest, database: tables.database }, parts);
}

function overLake(
  engine: AthenaEngine,
  { tables, listPrices, registry }: AthenaLakeOptions,
  parts: Partial<AthenaParts>,
  tenant?: TenantId,
): AthenaEngine {
  const linesNow = forSomeTime(parts.pacing?.now ?? Date.now, () => readLakeLines(engine.session(), tables));
  const viewsOver = (lines?: string, erased: readonly string[] = []): Views => {
    const views = athenaViews(tables, { listPrices, registry }, lines, erased);
    return tenant === undefined ? views : tenantViews(views, tenant);
  };
  const reads = (sql: string, over: (view: string) => boolean): boolean => [...tablesRead(sql)].some(over);
  const whole = async (sql: string): Promise<string> => {
    const lines = reads(sql, isOverLines) ? await linesNow() : undefined;
    // Of a tenant's views it is the view, not the statement, that names the tenant.
    const naming = tenant === undefined ? sql : `${sql} ${sqlText(tenant)}`;
    const erased = lines?.erased.none === false ? erasedAmong(registry, lines.erased) : [];
    return withViews(sql, viewsOver(lines?.compacted?.from(tables, naming), erased));
  };
  const gaps: string[] = [];
  let looked: Promise<void> | undefined;
  const lookForGaps = (): Promise<void> => {
    looked ??= unfinishedBookings(engine.session(), tables, engine.query).then((found) => {
      gaps.push(...(tenant === undefined ? found : tenantGaps(found)));
    });
    return looked;
  };
  /** What an answer leaves out is known by the time it is there. */
  const withGaps = async <T>(statements: readonly string[], answer: Promise<T>): Promise<T> => {
    const readsLedger = statements.some((sql) => reads(sql, isOverLedger));
    const [answered] = await Promise.all([answer, readsLedger ? lookForGaps() : undefined]);
    return answered;
  };
  return {
    ...engine,
    gaps,
    views: [...viewsOver().keys()],
    query: async (sql) => withGaps([sql], engine.query(await whole(sql))),
    queryAll: async (statements) => withGaps(statements, engine.queryAll(await Promise.all(statements.map(whole)))),
    stream: async (sql) => withGaps([sql], engine.stream(await whole(sql))),
    explain: async (sql) => engine.explain(await whole(sql)),
    background: {
      ...engine.background,
      start: async (sql) => withGaps([sql], engine.background.start(await whole(sql))),
    },
    files: async (wanted) => {
      const lines = wanted.some(({ view }) => isOverLines(view)) ? await linesNow() : undefined;
      return athenaFiles(engine.session(), { tables, compacted: lines?.compacted }, wanted);
    },
  };
}

/** Lines are attributed to registered tenants only: no other name comes late. */
function erasedAmong({ tenants }: Registry, erased: ErasedTenants): readonly string[] {
  return [...tenants.keys()].filter((id) => erased.has(id));
}

/** Asks once in a while; what failed is asked again, since it may have passed. */
function forSomeTime(now: () => number, ask: () => Promise<LakeLines>): () => Promise<LakeLines> {
  let asked: { readonly at: number; readonly answer: Promise<LakeLines> } | undefined;
  return () => {
    if (asked === undefined || now() - asked.at > LOOK_AGAIN_MS) {
      const answer = ask();
      asked = { at: now(), answer };
      answer.catch(() => (asked = undefined));
    }
    return asked.answer;
  };
}
