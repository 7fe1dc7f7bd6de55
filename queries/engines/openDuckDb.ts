import { join, resolve } from 'node:path';
import { LAKE, type ListPrice, type Registry, type TenantId } from '../../model/index.js';
import { goneErrors } from '../lake/errorObjects.js';
import { listOrNone } from '../lake/readJournal.js';
import { KnownLog } from '../ledger/checkpoint/KnownLog.js';
import { findGaps } from '../ledger/findGaps.js';
import { watermark } from '../ledger/watermark.js';
import { localStore } from '../store/localStore.js';
import type { ObjectStore } from '../store/ObjectStore.js';
import { checkLake } from './checkLake.js';
import { createViews, type OpenedLake } from './duckdb/createViews.js';
import { duckDbStatements } from './duckdb/duckDbStatements.js';
import { speakTrino } from './duckdb/speakTrino.js';
import type { Engine } from './Engine.js';
import { openScratch } from './openScratch.js';
import { scanFiles } from './scanFiles.js';
import type { SmallViewOptions } from './smallViews.js';
import { sqlText } from './sqlText.js';
import { TENANT_VIEWS, tenantGaps } from './viewOwners.js';

/** What the embedded engine reads and may use. */
export interface DuckDbOptions extends SmallViewOptions {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
  /** Most it may spill to disk, MB (10^6 bytes), before a statement is ended; nine tenths of what is free when absent. */
  readonly spillMb?: number;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  /** Opens it for this one tenant: it holds and reaches that tenant's rows and files only. */
  readonly tenant?: TenantId;
  /** The lake's log, journal and checkpoints; a test counts what is read of them. */
  readonly store?: ObjectStore;
  /** Interrupts the statement that runs, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * DuckDB over a local lake, closed in: it reads the lake's folder and nothing else, has no network, and its settings are
 * locked. Statements mean what they mean on Trino (`speakTrino`). Views: `ledger`, `booked_events`, `booked_heartbeats`,
 * `booked_sources`, `usage_recent`, `heartbeats`, `events`, `event_usage` (finished bookings only), `quarantine`, `list_prices`,
 * `tenants`, and those of `smallViews`. Throws LAKE_NOT_FOUND and LAKE_DAMAGED.
 *
 * Opening reads what is new in log and journal since the last checkpoint; all booked objects are looked for when the first
 * statement reads lines, which then throws LAKE_DAMAGED for what cannot be read.
 *
 * Opened for a tenant it copies that tenant's rows of the ledger before it closes itself in with that tenant's partitions:
 * no statement, whatever it says, can reach another row. There is no `quarantine` then, and of `event_usage` what the tenant's
 * own lines state: those of shared services are the platform's.
 */
export async function openDuckDb(options: DuckDbOptions): Promise<Engine> {
  await checkLake(options.lake);
  const lake = resolve(options.lake);
  const { tenant, signal } = options;
  const log = await KnownLog.open(options.store ?? localStore(lake));
  const gaps = await findGaps(lake, log);
  const opened: OpenedLake = {
    lake,
    options,
    log,
    there: new Set(await listOrNone(join(lake, LAKE.bookings))),
    scope: { tenant, files: new Map() },
  };
  const { memoryMb, threads, spillMb } = options;
  const scratch = await openScratch({ lake, memoryMb, threads, ...(spillMb === undefined ? {} : { spillMb }) });
  const { connection } = scratch;
  try {
    await speakTrino(connection);
    const [second, later] = [await scratch.connect(), await scratch.connect()];
    const { eventGaps, views } = await createViews(connection, later, opened);
    const reach = tenant === undefined ? [`${lake}/`] : tenantFolders(lake, tenant);
    await connection.run(`set global allowed_directories = [${reach.map(sqlText).join(', ')}]`);
    await connection.run('set global enable_external_access = false');
    // The bar itself is never printed; without the setting nothing counts how far a statement is.
    await connection.run('set enable_progress_bar = true');
    await connection.run('set enable_progress_bar_print = false');
    await connection.run('set global lock_configuration = true');
    const { stop, ...statements } = duckDbStatements({ connection, second, later }, signal, views, scratch.spillLimit);
    return {
      gaps: tenant === undefined ? gaps : tenantGaps(gaps),
      eventGaps,
      quarantineGaps: async () => {
        const retentions = log.summary.others.filter(({ kind }) => kind === 'retention');
        return goneErrors(await log.entries(retentions.map(({ number }) => number)));
      },
      ...(tenant === undefined ? {} : await tenantParts(options, tenant)),
      ...statements,
      files: async (reads) => {
        await views.make(reads.map(({ view }) => view));
        return scanFiles(lake, opened.scope.files, reads);
      },
      close: async () => {
        await stop();
        await scratch.close();
      },
    };
  } catch (error) {
    await scratch.close();
    throw error;
  }
}

/** Where a tenant's lines are, as they were delivered and as they were compacted. */
function tenantFolders(lake: string, tenant: TenantId): readonly string[] {
  return [LAKE.events, LAKE.compacted].map((folder) => `${lake}/${folder}/tenant_id=${tenant}/`);
}

/** How far the data goes is the platform's to say, and is asked of an engine that is closed again at once. */
async function tenantParts(options: DuckDbOptions, tenant: TenantId): Promise<Partial<Engine>> {
  const { tenant: _, ...everyone } = options;
  const engine = await openDuckDb(everyone);
  try {
    return { tenant, views: TENANT_VIEWS, ...(await watermark(engine)) };
  } finally {
    await engine.close();
  }
}
