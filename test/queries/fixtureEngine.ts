import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_VIEW,
  BOOKED_SOURCES_COLUMNS,
  COMPLETENESS_SETTINGS_COLUMNS,
  type Column,
  DEFAULT_COMPLETENESS,
  duckdbColumnList,
  duckdbReadColumns,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  EVENT_USAGE_COLUMNS,
  HEARTBEAT_COLUMNS,
  LEDGER_COLUMNS,
  QUARANTINE_COLUMNS,
  QUOTA_COLUMNS,
  UNBOOKED_COLUMNS,
  USAGE_RECENT_COLUMNS,
} from '../../model/index.js';
import { speakTrino } from '../../queries/engines/duckdb/speakTrino.js';
import { queryDuckDb } from '../../queries/engines/queryDuckDb.js';
import { type Engine, findReport, parseParameters, runReport } from '../../queries/index.js';

/** The tables a report may read, as the engines show them. */
export const FIXTURE_TABLES: Readonly<Record<string, readonly Column[]>> = {
  ledger: LEDGER_COLUMNS,
  booked_events: BOOKED_EVENTS_COLUMNS,
  booked_heartbeats: BOOKED_HEARTBEATS_VIEW,
  booked_sources: BOOKED_SOURCES_COLUMNS,
  usage_recent: USAGE_RECENT_COLUMNS,
  heartbeats: HEARTBEAT_COLUMNS,
  events: [...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS],
  event_usage: EVENT_USAGE_COLUMNS,
  quarantine: QUARANTINE_COLUMNS,
  list_prices: [
    { name: 'service', type: 'varchar', description: '' },
    { name: 'meter', type: 'varchar', description: '' },
    { name: 'picodollars_per_unit', type: 'bigint', description: '' },
  ],
  completeness_settings: COMPLETENESS_SETTINGS_COLUMNS,
  quotas: QUOTA_COLUMNS,
  unbooked: UNBOOKED_COLUMNS,
  tenants: [
    { name: 'tenant_id', type: 'varchar', description: '' },
    { name: 'name', type: 'varchar', description: '' },
    { name: 'plan', type: 'varchar', description: '' },
    { name: 'cell', type: 'varchar', description: '' },
  ],
};

/** A row of a fixture: columns left out are null. Integers beyond 2^53 are written as text. */
export type FixtureRow = Readonly<Record<string, unknown>>;

/** DuckDB in memory with hand-made rows under the names the catalogue reads, and the settings of the embedded engine. */
export async function fixtureEngine(
  folder: string,
  tables: Readonly<Record<string, readonly FixtureRow[]>>,
): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  await speakTrino(connection);
  for (const [name, columns] of Object.entries(FIXTURE_TABLES)) {
    await connection.run(`create table ${name} (${duckdbColumnList(columns)})`);
    const rows = tables[name] ?? (name === 'completeness_settings' ? [DEFAULT_COMPLETENESS] : []);
    if (rows.length === 0) continue;
    const file = join(folder, `${name}.ndjson`);
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await connection.run(
      `insert into ${name} select * from read_json('${file}', format = 'newline_delimited', columns = ${duckdbReadColumns(columns)})`,
    );
  }
  return {
    gaps: [],
    query: (sql) => queryDuckDb(connection, sql),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The rows a report answers over a fixture, each as text with `|` between and `-` for null, and its warnings. */
export async function answer(
  engine: Engine,
  name: string,
  options: { readonly since: string; readonly until: string; readonly params?: readonly string[] },
): Promise<{
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly warnings: readonly string[];
}> {
  const report = findReport(name);
  const window = { start: Date.parse(options.since), end: Date.parse(options.until) };
  const result = await runReport(engine, report, parseParameters(report, options.params ?? [], { window }));
  return {
    columns: result.columns.map(({ name }) => name),
    rows: result.rows.map((row) => row.map((value) => (value === null ? '-' : String(value))).join('|')),
    warnings: result.warnings,
  };
}
