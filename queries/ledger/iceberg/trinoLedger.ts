import { resolve } from 'node:path';
import { LAKE, type ListPrice, type LogEntry, type Quota, type Registry } from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import { createWhereMissing } from '../../engines/createWhereMissing.js';
import type { Engine } from '../../engines/Engine.js';
import type { TrinoAddress } from '../../engines/trino/parseTrinoUrl.js';
import { TrinoClient } from '../../engines/trino/TrinoClient.js';
import type { TrinoTransport } from '../../engines/trino/trinoRequest.js';
import { withViews } from '../../engines/trino/withViews.js';
import { listPricesSelect, quotasSelect, tenantsSelect } from '../../engines/viewSelects.js';
import { journalObjects } from '../../lake/journalObjects.js';
import { listOrNone } from '../../lake/readJournal.js';
import { manifestsOf, readLog } from '../ledgerLog.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { openIcebergLedger } from './openIcebergLedger.js';
import { trinoObjectTable } from './trinoObjectTable.js';

/** A Trino server, a lake it can read, and where it keeps the lake's ledger. */
export interface TrinoLedgerOptions extends TrinoTransport, TrinoAddress {
  /** The lake as this process sees it: its log and its journal. */
  readonly lake: string;
  /** The same folder as Trino sees it, such as `local:///`. */
  readonly location: string;
  /** The Iceberg catalogue and schema of the ledger. */
  readonly ledgerCatalog: string;
  readonly ledgerSchema: string;
  readonly signal?: AbortSignal;
}

/** The ledger of a lake on a Trino server; makes the table its objects are read through. Throws LAKE_NOT_FOUND, ENGINE_UNAVAILABLE. */
export async function trinoLedger(options: TrinoLedgerOptions): Promise<IcebergLedger> {
  const failureHint = `see the query in Trino's web interface, ${options.server}/ui; what is booked stands, so it can be run again`;
  return ledgerBy(new TrinoClient({ ...options, failureHint }), options);
}

async function ledgerBy(client: TrinoClient, options: TrinoLedgerOptions): Promise<IcebergLedger> {
  await checkLake(options.lake);
  const { create, ...objects } = trinoObjectTable(options.catalog, options.location);
  // A table cannot stand on a folder that is not there; without objects nothing reads it.
  if ((await listOrNone(resolve(options.lake, LAKE.events))).length > 0) {
    for (const statement of create) await createWhereMissing(client, statement);
  }
  const place = { dialect: 'trino', catalog: options.ledgerCatalog, schema: options.ledgerSchema } as const;
  return { session: client, place, objects };
}

/**
 * Trino as an engine of saved reports over a ledger in Iceberg: `ledger`, `booked_events`, `list_prices`, `tenants` and `quotas`, as
 * the ledger stood when it was opened. Throws as `openIcebergLedger`.
 */
export async function openTrinoLedger(
  options: TrinoLedgerOptions & {
    readonly listPrices: readonly ListPrice[];
    readonly registry: Registry;
    readonly quotas?: readonly Quota[];
  },
): Promise<Engine> {
  const { session, ...rest } = await ledgerBy(new TrinoClient(options), options);
  const log = await readLog(options.lake);
  const opened = await openIcebergLedger({ session, ...rest }, log);
  const views = new Map([
    ['ledger', opened.tables.get('usage') ?? ''],
    ['booked_events', opened.tables.get('booked_events') ?? ''],
    ['list_prices', listPricesSelect(options.listPrices)],
    ['tenants', tenantsSelect(options.registry)],
    ['quotas', quotasSelect(options.quotas)],
  ]);
  return {
    gaps: [...opened.gaps, ...(await unbooked(options.lake, log))].map(
      (gap) => `${gap}: these figures are not complete; run: tenantscope ledger build`,
    ),
    views: [...views.keys()],
    query: (sql) => session.run(withViews(sql, views)),
    close: async () => undefined,
  };
}

async function unbooked(lake: string, log: readonly LogEntry[]): Promise<readonly string[]> {
  const taken = new Set(manifestsOf(log).flatMap(({ manifest }) => manifest.objects.map(({ object }) => object)));
  const { objects } = await journalObjects(lake).list();
  const open = objects.filter(({ path }) => !taken.has(path)).length;
  return open === 0 ? [] : [`${open} objects of the lake are not booked`];
}
