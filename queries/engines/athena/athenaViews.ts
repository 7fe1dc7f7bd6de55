import { BOOKED_EVENTS_COLUMNS, LEDGER_COLUMNS, type ListPrice, type Registry } from '../../../model/index.js';
import type { Views } from '../trino/withViews.js';
import {
  EVENT_USAGE,
  EVENTS,
  listPricesSelect,
  plain,
  QUARANTINE,
  type Select,
  tenantsSelect,
} from '../viewSelects.js';
import { type AthenaTables, tableName, tableOfView } from './athenaTables.js';

/** What of the configuration is in the statements themselves. */
export interface ConfiguredRows {
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
}

const OVER_TABLES: Readonly<Record<string, Select>> = {
  ledger: plain(LEDGER_COLUMNS),
  booked_events: plain(BOOKED_EVENTS_COLUMNS),
  events: EVENTS,
  event_usage: EVENT_USAGE,
  quarantine: QUARANTINE,
};

/**
 * The views reports read, as SELECTs over the tables of a lake's database. They become part of each statement, so that no
 * view has to be deployed and kept in step. Of lines they show every object of the partitions a statement names, booked or
 * not; there are no heartbeats, since one tenant's could not be told from another's without reading everyone's.
 */
export function athenaViews(tables: AthenaTables, { listPrices, registry }: ConfiguredRows): Views {
  const over = Object.entries(OVER_TABLES).map(([view, select]): [string, string] => [
    view,
    select(tableName(tables, tableOfView(tables, view) ?? view), 'true'),
  ]);
  return new Map([...over, ['list_prices', listPricesSelect(listPrices)], ['tenants', tenantsSelect(registry)]]);
}
