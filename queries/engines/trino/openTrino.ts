import { join, resolve } from 'node:path';
import { AppError, type ListPrice, type Registry, type TenantId } from '../../../model/index.js';
import { goneErrors } from '../../lake/errorObjects.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { HEARTBEATS_FILE, SOURCES_FILE } from '../../ledger/bookingFiles.js';
import { KnownLog } from '../../ledger/checkpoint/KnownLog.js';
import { findGaps } from '../../ledger/findGaps.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { watermark } from '../../ledger/watermark.js';
import { localStore } from '../../store/localStore.js';
import { type LedgerPart, ledgerParts, readableObjects } from '../bookedFiles.js';
import { bookingRows } from '../bookingRows.js';
import { checkLake } from '../checkLake.js';
import { createWhereMissing } from '../createWhereMissing.js';
import type { Engine } from '../Engine.js';
import { errorFiles } from '../errorFiles.js';
import { existing, goneFrom } from '../eventViews.js';
import { type LineFiles, lineFiles } from '../lineFiles.js';
import { countedRecentFiles } from '../recentFiles.js';
import { scanFiles } from '../scanFiles.js';
import { type SmallViewOptions, smallViews } from '../smallViews.js';
import { tenantGaps } from '../viewOwners.js';
import { whileListed } from '../whileListed.js';
import { FileLists, LONGEST_INLINE } from './FileLists.js';
import { type LakeTable, type LakeTables, lakeTables } from './lakeTables.js';
import { type LakeView, lakeViews } from './lakeViews.js';
import type { TrinoAddress } from './parseTrinoUrl.js';
import { SameLake } from './SameLake.js';
import { TrinoClient, type TrinoProgress } from './TrinoClient.js';
import { tablesRead } from './tablesRead.js';
import { tenantViews } from './tenantViews.js';
import type { TrinoTransport } from './trinoRequest.js';
import { withViews } from './withViews.js';

/** What the Trino engine reads, where, and as whom. */
export interface TrinoOptions extends TrinoTransport, TrinoAddress, SmallViewOptions {
  /** The lake as this process sees it: its log says which files count. */
  readonly lake: string;
  /** The same folder as Trino sees it, such as `local:///`. */
  readonly location: string;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  readonly signal?: AbortSignal;
  /** Opens it for this one tenant: its views have that tenant's rows only. What the server's user may read is the server's. */
  readonly tenant?: TenantId;
  /** Told how far the statement that runs is, several times a second. */
  readonly onProgress?: (progress: TrinoProgress) => void;
  /** Characters that a list of files may take in a statement; beyond, it is laid into the lake's staging. Default 100,000. */
  readonly longestInline?: number;
}

/**
 * A Trino server over a lake it can read, through a Hive catalogue with a file metastore. The views are those of every
 * engine, finished parts only. Throws LAKE_NOT_FOUND; ENGINE_UNAVAILABLE when the server is away or sees other files than
 * this process: figures of half a lake look like figures.
 */
export async function openTrino(options: TrinoOptions): Promise<Engine> {
  await checkLake(options.lake);
  const lake = resolve(options.lake);
  const { location, longestInline = LONGEST_INLINE } = options;
  const known = await KnownLog.open(localStore(lake));
  const gaps = await findGaps(lake, known);
  const parts = await ledgerParts(lake);
  const log = await readLog(lake);
  const index = await readObjectIndex(lake, log);
  const objects = await readableObjects(lake, parts, index);
  const lines = lineFiles(index, objects.readable);
  const errors = await errorFiles(lake);
  const recent = await countedRecentFiles(lake, parts);
  const tables = lakeTables(options.catalog, location, yearsOf(lines.entries.map(({ dt }) => dt)));
  const last: LastProgress = { progress: undefined };
  const client = new TrinoClient({ ...options, onProgress: keepLast(last, options.onProgress) });
  const ensure = tableMaker(client, tables, options);
  const lists = new FileLists({ lake, location, table: tables.lists, ensure, longestInline });
  const small = await smallViews(lake, known, options);
  const erased = index.erased.none ? [] : [...options.registry.tenants.keys()].filter((id) => index.erased.has(id));
  const views = lakeViews({ ...options, erased, tables, parts, lines, lost: objects.lost > 0, errors, recent, small });
  /** A statement as it is sent: with the views it reads, whose tables are there. */
  const whole = async (sql: string, tenant?: TenantId): Promise<string> => {
    const read = tablesRead(sql);
    const selects = new Map<string, string>();
    for (const [name, view] of views) if (read.has(name)) selects.set(name, await selectOf(view, lists, ensure));
    return withViews(sql, tenant === undefined ? selects : tenantViews(selects, tenant));
  };
  const unchecked: Engine['query'] = async (sql) => client.run(await whole(sql));
  const same = new SameLake({
    query: unchecked,
    location,
    parts,
    bookingRows: await bookingRows(lake, parts),
    entries: lines.entries,
    errors,
    recentRows: recent?.rows ?? 0,
  });
  const { tenant } = options;
  const check = async (sql: string): Promise<void> => {
    const read = tablesRead(sql);
    if (read.has('events') || read.has('event_usage')) await same.checkLines(sql);
    if (read.has('quarantine')) await same.checkErrors();
    if (read.has('usage_recent') && recent !== undefined) await same.checkRecent();
  };
  const checked: Engine['query'] = async (sql) => {
    await check(sql);
    return client.run(await whole(sql, tenant));
  };
  // Without a booking there is no folder a table could stand on, and no view that reads one.
  if (parts.length > 0) await same.checkBookings();
  const engine: Engine = {
    gaps,
    eventGaps: async () => goneFrom(objects),
    quarantineGaps: async () => goneErrors(log),
    query: whileListed(checked, options.clock),
    explain: async (sql) => {
      const { rows } = await client.run(`explain ${await whole(sql, tenant)}`);
      return rows.map(([line]) => String(line)).join('\n');
    },
    progress: () => last.progress,
    close: () => lists.close(),
  };
  if (tenant === undefined) {
    const errorPaths = errors.map(({ path }) => join(lake, path));
    return {
      ...engine,
      files: async (reads) =>
        scanFiles(lake, await filesOf(lake, parts, lines, errorPaths, recent?.files ?? []), reads),
    };
  }
  const own = await readableObjects(lake, parts, index, tenant);
  const { dataThrough } = await watermark({ ...engine, query: unchecked });
  return {
    ...engine,
    gaps: tenantGaps(gaps),
    eventGaps: async () => goneFrom(own),
    views: [...tenantViews(new Map([...views.keys()].map((name) => [name, ''])), tenant).keys()],
    tenant,
    dataThrough,
  };
}

/** The files each view is over; they are the same to every engine that reads the lake. */
async function filesOf(
  lake: string,
  parts: readonly LedgerPart[],
  { delivered, compacted, shared }: LineFiles,
  errors: readonly string[],
  recent: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const named = (name: string) => existing(parts.map(({ folder }) => join(lake, folder, name)));
  const objects = [...delivered, ...compacted, ...shared].map((file) => join(lake, file));
  return new Map([
    ['ledger', await named('usage.parquet')],
    ['booked_events', await named('events.parquet')],
    ['booked_heartbeats', await named(HEARTBEATS_FILE)],
    ['booked_sources', await named(SOURCES_FILE)],
    ['usage_recent', recent.map((file) => join(lake, file))],
    ['quarantine', errors],
    ...['heartbeats', 'events', 'event_usage'].map((view) => [view, objects] as const),
  ]);
}

async function selectOf(
  { reads, select }: LakeView,
  lists: FileLists,
  ensure: (table: LakeTable) => Promise<void>,
): Promise<string> {
  const conditions: string[] = [];
  for (const read of reads) {
    await ensure(read.table);
    const all: string[] = [];
    for (const list of read.lists) all.push(await lists.condition(list));
    conditions.push(all.join(' and '));
  }
  return select(conditions);
}

/** Whole years, so that a schema of another name is needed once a year at most. */
function yearsOf(dates: readonly string[]): readonly [string, string] {
  const years = dates.map((date) => date.slice(0, 4)).sort();
  return [`${years[0] ?? '2000'}-01-01`, `${years.at(-1) ?? '2000'}-12-31`];
}

interface LastProgress {
  progress: ReturnType<NonNullable<Engine['progress']>>;
}

/** Keeps how far the statement is that runs, for whoever asks; and tells whoever wants to be told. */
function keepLast(last: LastProgress, tell: TrinoOptions['onProgress']): (progress: TrinoProgress) => void {
  return (progress) => {
    const { state, ended, completedSplits, totalSplits, bytes } = progress;
    const done = totalSplits === 0 ? {} : { done: completedSplits / totalSplits };
    last.progress = ended ? undefined : { state, ...done, bytesScanned: BigInt(bytes) };
    tell?.(progress);
  };
}

/** Makes each table once. Interrupted stays interrupted; whatever else fails is about the catalogue or the place the user named. */
function tableMaker(
  client: TrinoClient,
  tables: LakeTables,
  { catalog, location }: TrinoOptions,
): (table: LakeTable) => Promise<void> {
  const made = new Map<string, Promise<unknown>>();
  const once = (statement: string): Promise<unknown> => {
    const running = made.get(statement) ?? createWhereMissing(client, statement);
    made.set(statement, running);
    return running;
  };
  return async (table) => {
    try {
      await once(tables.createSchema);
      await once(table.create);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'ENGINE_UNAVAILABLE') throw error;
      throw new AppError('ENGINE_UNAVAILABLE', 'Trino does not see this lake', {
        where: `catalogue ${catalog}, ${location}`,
        got: error.message.split('\n')[0] ?? '',
        hint: 'check the catalogue in --trino-url and --trino-location; docs/reports.md has its settings',
        cause: error,
      });
    }
  };
}
