import {
  type ListPrice,
  type LogEntry,
  RESERVED_TENANTS,
  type Registry,
  USAGE_RECENT_COLUMNS,
} from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import type { Engine } from '../../engines/Engine.js';
import { heardHours } from '../../engines/heardHours.js';
import { type SmallViewOptions, smallViewsOf } from '../../engines/smallViews.js';
import type { TrinoAddress } from '../../engines/trino/parseTrinoUrl.js';
import { TrinoClient } from '../../engines/trino/TrinoClient.js';
import type { TrinoTransport } from '../../engines/trino/trinoRequest.js';
import { withViews } from '../../engines/trino/withViews.js';
import { listPricesSelect, plain, tenantsSelect, valuesSelect } from '../../engines/viewSelects.js';
import { journalObjects } from '../../lake/journalObjects.js';
import { manifestsOf, readLog } from '../ledgerLog.js';
import { byPartition } from '../unbookedObjects.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { openIcebergLedger } from './openIcebergLedger.js';
import { trinoEmbeddedLedger } from './trinoEmbeddedLedger.js';
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

/** The ledger of a lake on a Trino server; makes the tables its objects are read through. Throws LAKE_NOT_FOUND, ENGINE_UNAVAILABLE. */
export async function trinoLedger(options: TrinoLedgerOptions): Promise<IcebergLedger> {
  const failureHint = `see the query in Trino's web interface, ${options.server}/ui; what is booked stands, so it can be run again`;
  return ledgerBy(new TrinoClient({ ...options, failureHint }), options);
}

async function ledgerBy(client: TrinoClient, options: TrinoLedgerOptions): Promise<IcebergLedger> {
  await checkLake(options.lake);
  const objects = await trinoObjectTable(client, options);
  const place = { dialect: 'trino', catalog: options.ledgerCatalog, schema: options.ledgerSchema } as const;
  return { session: client, place, objects, embedded: trinoEmbeddedLedger(client, options) };
}

/**
 * Trino as an engine of saved reports over a ledger in Iceberg: the views that are not of single lines or the quarantine, as the
 * ledger stood when it was opened. Throws as `openIcebergLedger`.
 */
export async function openTrinoLedger(
  options: TrinoLedgerOptions &
    SmallViewOptions & {
      readonly listPrices: readonly ListPrice[];
      readonly registry: Registry;
    },
): Promise<Engine> {
  const { session, ...rest } = await ledgerBy(new TrinoClient(options), options);
  const log = await readLog(options.lake);
  const opened = await openIcebergLedger({ session, ...rest }, log);
  const open = await openObjects(options.lake, log);
  const small = smallViewsOf(options, byPartition([...unfinished(log, opened.manifests), ...open]));
  const views = new Map([
    ['ledger', opened.tables.get('usage') ?? ''],
    ['booked_events', opened.tables.get('booked_events') ?? ''],
    ['booked_heartbeats', heardHours('trino', opened.tables.get('booked_heartbeats') ?? '')],
    ['booked_sources', opened.tables.get('booked_sources') ?? ''],
    ['usage_recent', plain(USAGE_RECENT_COLUMNS)(`(${opened.tables.get('usage_recent')})`, 'true')],
    ['list_prices', listPricesSelect(options.listPrices)],
    ['tenants', tenantsSelect(options.registry)],
    ...small.map(({ name, columns, rows }): [string, string] => [name, valuesSelect(columns, rows)]),
  ]);
  return {
    gaps: [...opened.gaps, ...(open.length === 0 ? [] : [`${open.length} objects of the lake are not booked`])].map(
      (gap) => `${gap}: these figures are not complete; run: tenantscope ledger build`,
    ),
    views: [...views.keys()],
    query: (sql) => session.run(withViews(sql, views)),
    close: async () => undefined,
  };
}

/** Delivered objects that no manifest has taken. */
async function openObjects(lake: string, log: readonly LogEntry[]): Promise<readonly string[]> {
  const taken = new Set(manifestsOf(log).flatMap(({ manifest }) => manifest.objects.map(({ object }) => object)));
  const { objects } = await journalObjects(lake).list();
  return objects.map(({ path }) => path).filter((path) => !taken.has(path));
}

/** Objects of the manifests whose bookings do not stand, but those of erased tenants. */
function unfinished(log: readonly LogEntry[], standing: readonly number[]): readonly string[] {
  const finished = new Set(standing);
  return manifestsOf(log)
    .filter(({ manifest }) => !finished.has(manifest.number))
    .flatMap(({ manifest }) => manifest.objects)
    .filter(({ emitter }) => emitter !== RESERVED_TENANTS.erased)
    .map(({ object }) => object);
}
