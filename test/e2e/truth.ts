import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { truthSchema } from '../../model/index.js';

const KEYS = ['tenant_id', 'emitter', 'service', 'resource', 'operation', 'meter', 'unit', 'event_hour'] as const;

/** The ledger's sums as `key fields: quantity/events` lines, sorted; read straight from the files, not through the product. */
export async function ledgerLines(lake: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select ${KEYS.map((key) => (key === 'event_hour' ? "strftime(event_hour, '%Y-%m-%dT%H:%M:%S.%gZ') as event_hour" : key)).join(', ')},
       cast(sum(quantity_micros) as varchar) as quantity, cast(sum(events) as varchar) as events
     from read_parquet([${usageFiles(lake)
       .map((file) => `'${file}'`)
       .join(', ')}]) group by all`,
  );
  const lines = reader.getRowObjectsJson().map((row) => lineOf(row));
  connection.closeSync();
  instance.closeSync();
  return lines.sort();
}

/** The usage files that count: a date's merge where there is one, else its bookings. */
function usageFiles(lake: string): readonly string[] {
  const [bookings, manifests] = [join(lake, 'ledger/bookings'), join(lake, 'ledger/manifests')];
  const there = readdirSync(bookings);
  const folders = there.filter((name) => {
    if (!/^\d/.test(name)) return name.startsWith('sealed-');
    const { booked_date } = JSON.parse(readFileSync(join(manifests, `${name}.json`), 'utf8')) as {
      booked_date: string;
    };
    return !there.includes(`sealed-${booked_date}`);
  });
  return folders.map((name) => join(bookings, name, 'usage.parquet'));
}

/** The truth of a simulation in the same form. */
export function truthLines(simulation: string): string[] {
  const truth = truthSchema.parse(JSON.parse(readFileSync(join(simulation, 'truth.json'), 'utf8')));
  return truth.usage.map((row) => lineOf({ ...row, quantity: row.quantity_micros })).sort();
}

/** Lines and bytes of the lake by tenant and format, each event once; sorted. */
export async function formatLines(lake: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select tenant_id, format, cast(count(*) as varchar) as lines, cast(sum(log_bytes) as varchar) as bytes
     from (select distinct on (event_id) tenant_id, format, log_bytes
       from read_parquet('${join(lake, 'events/*/*/*.parquet')}', hive_partitioning = true, hive_types_autocast = false))
     group by all`,
  );
  const lines = reader.getRowObjectsJson().map((row) => formatLineOf(row));
  connection.closeSync();
  instance.closeSync();
  return lines.sort();
}

/** The formats of a simulation's truth in the same form. */
export function truthFormatLines(simulation: string): string[] {
  const truth = truthSchema.parse(JSON.parse(readFileSync(join(simulation, 'truth.json'), 'utf8')));
  return truth.formats.map((row) => formatLineOf({ ...row, bytes: row.log_bytes })).sort();
}

function formatLineOf(row: Record<string, unknown>): string {
  return `${String(row.tenant_id)} | ${String(row.format)}: ${String(row.lines)} lines, ${String(row.bytes)} bytes`;
}

function lineOf(row: Record<string, unknown>): string {
  return `${KEYS.map((key) => String(row[key])).join(' | ')}: ${String(row.quantity)} in ${String(row.events)}`;
}

/** Every event of the lake that decides something, as sorted lines: arrival included, object names left out. */
export async function eventLines(lake: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select tenant_id, dt, event_id, cast(event_time as varchar) as event_time, cast(arrival_time as varchar) as arrival_time,
       sequence_number, body, cast(usage as varchar) as usage, cast(problems as varchar) as problems
     from read_parquet('${join(lake, 'events/*/*/*.parquet')}', hive_partitioning = true, hive_types_autocast = false)`,
  );
  const lines = reader.getRowsJson().map((row) => JSON.stringify(row));
  connection.closeSync();
  instance.closeSync();
  return lines.sort();
}
