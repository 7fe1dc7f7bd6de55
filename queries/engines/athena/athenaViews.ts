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

const OVER_LINES: Readonly<Record<string, Select>> = { events: EVENTS, event_usage: EVENT_USAGE };
const OVER_TABLES: Readonly<Record<string, Select>> = {
  ledger: plain(LEDGER_COLUMNS),
  booked_events: plain(BOOKED_EVENTS_COLUMNS),
  ...OVER_LINES,
  quarantine: QUARANTINE,
};

/** Whether a view reads single lines. */
export function isOverLines(view: string): boolean {
  return Object.hasOwn(OVER_LINES, view);
}

/**
 * The views reports read, as SELECTs over the tables of a lake's database. They become part of each statement, so that no
 * view has to be deployed and kept in step. Of lines they show every object of the partitions a statement names, booked or
 * not; there are no heartbeats, since one tenant's could not be told from another's without reading everyone's.
 *
 * @param lines what lines are read from, when it is not the table of delivered objects alone
 */
export function athenaViews(tables: AthenaTables, { listPrices, registry }: ConfiguredRows, lines?: string): Views {
  const over = Object.entries(OVER_TABLES).map(([view, select]): [string, string] => {
    const table = tableName(tables, tableOfView(tables, view) ?? view);
    return [view, select(isOverLines(view) ? (lines ?? table) : table, 'true')];
  });
  return new Map([...over, ['list_prices', listPricesSelect(listPrices)], ['tenants', tenantsSelect(registry)]]);
}
