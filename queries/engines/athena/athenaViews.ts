import {
  BOOKED_EVENTS_COLUMNS,
  type Column,
  LEDGER_COLUMNS,
  type ListPrice,
  type Quota,
  type Registry,
} from '../../../model/index.js';
import { visibleAttempts } from '../../ledger/iceberg/visibleAttempts.js';
import { sqlText } from '../sqlText.js';
import { trinoType } from '../trino/trinoType.js';
import type { Views } from '../trino/withViews.js';
import { listPricesSelect, QUARANTINE, quotasSelect, tenantsSelect } from '../viewSelects.js';
import { withoutErased } from '../withoutErased.js';
import { type AthenaTables, tableName, tableOfView } from './athenaTables.js';

/** What of the configuration is in the statements themselves. */
export interface ConfiguredRows {
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  readonly quotas?: readonly Quota[];
}

const OVER_LINES: readonly string[] = ['events', 'event_usage'];
const OVER_LEDGER: Readonly<Record<string, readonly Column[]>> = {
  ledger: LEDGER_COLUMNS,
  booked_events: BOOKED_EVENTS_COLUMNS,
};

/** Whether a view reads single lines. */
export function isOverLines(view: string): boolean {
  return OVER_LINES.includes(view);
}

/** Whether a view reads the ledger. */
export function isOverLedger(view: string): boolean {
  return Object.hasOwn(OVER_LEDGER, view);
}

/**
 * The views reports read, as SELECTs over the tables of a lake's database. They become part of each statement, so that no
 * view has to be deployed and kept in step. Of lines they show every object of the partitions a statement names, booked or
 * not; there are no heartbeats, since one tenant's could not be told from another's without reading everyone's.
 *
 * @param lines what lines are read from, when it is not the table of delivered objects alone
 * @param erased ids of erased tenants: lines that still come of theirs are not shown, nor that others' lines are about them
 */
export function athenaViews(
  tables: AthenaTables,
  { listPrices, registry, quotas }: ConfiguredRows,
  lines?: string,
  erased: readonly string[] = [],
): Views {
  const table = (view: string): string => tableName(tables, tableOfView(tables, view) ?? view);
  const bookings = tableName(tables, tables.bookings);
  const all = lines ?? table('events');
  // Inside: outside it, a line has the tenants of its usage as well.
  const shown =
    erased.length === 0 ? all : `(select * from ${all} where "tenant_id" not in (${erased.map(sqlText).join(', ')}))`;
  const { events, eventUsage } = withoutErased(erased);
  return new Map([
    ...Object.entries(OVER_LEDGER).map(([view, columns]): [string, string] => [
      view,
      ledgerRows(columns, table(view), bookings),
    ]),
    ['events', events(shown, 'true')],
    ['event_usage', eventUsage(shown, 'true')],
    ['quarantine', QUARANTINE(table('quarantine'), 'true')],
    ['list_prices', listPricesSelect(listPrices)],
    ['tenants', tenantsSelect(registry)],
    ['quotas', quotasSelect(quotas)],
  ]);
}

/**
 * The rows that count. What counts is looked up first: a booking's rows are there before the row that makes them count, so
 * whatever is found to count is whole. Iceberg keeps microseconds, and no value of the ledger has any.
 */
export function ledgerRows(columns: readonly Column[], table: string, bookings: string): string {
  const list = columns.map(({ name, type }) =>
    type === 'timestamp' ? `cast("${name}" as ${trinoType(type)}) as "${name}"` : `"${name}"`,
  );
  return `with counted as (${visibleAttempts(bookings)})
    select ${list.join(', ')} from ${table} where attempt in (select attempt from counted)`;
}
