import { type ListPrice, type Registry, USAGE_RECENT_COLUMNS } from '../../../model/index.js';
import type { Engine } from '../../engines/Engine.js';
import { heardHours } from '../../engines/heardHours.js';
import { type SmallViewOptions, smallViewsOf } from '../../engines/smallViews.js';
import { withViews } from '../../engines/trino/withViews.js';
import { listPricesSelect, plain, tenantsSelect, valuesSelect } from '../../engines/viewSelects.js';
import type { OpenPartition } from '../../lake/ObjectSource.js';
import type { KnownLog } from '../checkpoint/KnownLog.js';
import { withUnfinished } from '../unbookedObjects.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { openIcebergLedger } from './openIcebergLedger.js';

/** What of the configuration the views show. */
export interface LedgerEngineOptions extends SmallViewOptions {
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
}

/** A ledger in Iceberg, and what of its lake it may not have yet. */
export interface ReadableLedger {
  readonly ledger: IcebergLedger;
  /** The lake's log. */
  readonly log: KnownLog;
  /** Objects of the lake that it has not booked. */
  readonly open: readonly OpenPartition[];
  /** How a SELECT is asked; by the ledger's session when it is left out. */
  readonly ask?: Pick<Engine, 'query' | 'stream'>;
}

/**
 * An engine of saved queries over a ledger in Iceberg: the views that are not of single lines or the quarantine, as the ledger
 * stood when it was opened. Throws as `openIcebergLedger`.
 */
export async function openLedgerEngine(
  { ledger, log, open, ask }: ReadableLedger,
  options: LedgerEngineOptions,
): Promise<Engine> {
  const opened = await openIcebergLedger(ledger, log);
  const unbooked = open.reduce((sum, { objects }) => sum + objects, 0);
  const small = smallViewsOf(options, await withUnfinished(log, opened.unfinished, open));
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
  const stream = ask?.stream;
  return {
    gaps: [...opened.gaps, ...(unbooked === 0 ? [] : [`${unbooked} objects of the lake are not booked`])].map(
      (gap) => `${gap}: these figures are not complete; run: tenantscope ledger build`,
    ),
    views: [...views.keys()],
    query: (sql) => (ask === undefined ? ledger.session.run(withViews(sql, views)) : ask.query(withViews(sql, views))),
    ...(stream === undefined ? {} : { stream: (sql: string) => stream(withViews(sql, views)) }),
    close: async () => undefined,
  };
}
