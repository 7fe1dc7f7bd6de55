import {
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  type CompletenessSettings,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  LEDGER_TABLES,
} from '../../../model/index.js';
import { heardHours } from '../heardHours.js';
import { smallViewsOf } from '../smallViews.js';
import type { Views } from '../trino/withViews.js';
import { valuesSelect } from '../viewSelects.js';
import { type AthenaTables, tableName } from './athenaTables.js';
import { athenaViews, type ConfiguredRows, ledgerRows } from './athenaViews.js';

/** What of the configuration is in the statements themselves. */
export interface ConsoleRows extends ConfiguredRows {
  readonly completeness: CompletenessSettings;
}

/**
 * The views of statements that are run without `tenantscope`: they ask no log, so what only the log tells they do without.
 * Lines are read where they were delivered and where a compaction put them; for a while an object is in both, which reports
 * do not count twice, since they take each event once. Objects that wait for their booking are not known.
 */
export function consoleViews(tables: AthenaTables, { completeness, ...configured }: ConsoleRows): Views {
  const rows = (name: string, columns: typeof BOOKED_SOURCES_COLUMNS): string =>
    ledgerRows(columns, tableName(tables, name), tableName(tables, tables.bookings));
  const { heartbeats, sources } = LEDGER_TABLES;
  const { quotas } = configured;
  const small = smallViewsOf({ completeness, ...(quotas === undefined ? {} : { quotas }) }, []);
  return new Map([
    ...athenaViews(tables, configured, bothPlaces(tables)),
    ['booked_heartbeats', heardHours('trino', rows(heartbeats.name, BOOKED_HEARTBEATS_COLUMNS))],
    ['booked_sources', rows(sources.name, BOOKED_SOURCES_COLUMNS)],
    ...small.map(({ name, columns, rows }): [string, string] => [name, valuesSelect(columns, rows)]),
  ]);
}

function bothPlaces(tables: AthenaTables): string {
  const columns = [...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS].map(({ name }) => `"${name}"`).join(', ');
  const selects = [tables.events, tables.eventsCompacted].map(
    (table) => `select ${columns} from ${tableName(tables, table)}`,
  );
  return `(${selects.join(' union all ')})`;
}
