import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { duckdbType, EVENT_COLUMNS, LAKE, LAKE_VERSION } from '../../model/index.js';

/** One UTC day of lines to write. */
export interface BenchDay {
  /** Number of the day; day 0 is {@link FIRST_DAY}. */
  readonly day: number;
  readonly tenants: number;
  /** Objects a tenant, each of consecutive lines of the day. */
  readonly objects: number;
  /** Lines of the whole day, all tenants together. */
  readonly lines: number;
  /**
   * `full`: as a metered call leaves them. `slim`: identity, times and usage, and hardly any text: quick to write, and few bytes;
   * each tenant's agent sends a heartbeat a minute besides.
   */
  readonly shape: 'full' | 'slim';
}

/** The first day of a benchmark's lake, epoch milliseconds. */
export const FIRST_DAY = Date.UTC(2026, 9, 1);

/** Milliseconds of a UTC day. */
export const DAY_MS = 86_400_000;

/** Every hundredth line is its neighbour once more: at-least-once delivery on a bad day. */
const DUPLICATE_EVERY = 100;

/**
 * Writes a day as a finished delivery would leave it, straight into Parquet by DuckDB: zstd, every column of an event. A slim
 * line has one usage entry; a full one has three, a position, and text that does not repeat. Returns the bytes written.
 */
export async function writeBenchDay(lake: string, day: BenchDay, threads: number): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), memory_limit: '2GB' });
  const connection = await instance.connect();
  try {
    const objects = await writeObjects(connection, lake, day);
    writeUnit(lake, day.day, objects);
    return objects.reduce((sum, { bytes }) => sum + bytes, 0);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Name of a tenant by its number. */
export function tenantName(tenant: number): string {
  return `tenant-${String(tenant).padStart(4, '0')}`;
}

/** The UTC date of a day by its number. */
export function dateOf(day: number): string {
  return new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);
}

/** An object that was written. */
export interface BenchObject {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

async function writeObjects(
  connection: DuckDBConnection,
  lake: string,
  day: BenchDay,
): Promise<readonly BenchObject[]> {
  const rows = Math.max(1, Math.round(day.lines / day.tenants / day.objects));
  const objects: BenchObject[] = [];
  for (let tenant = 0; tenant < day.tenants; tenant++) {
    const write = async (name: string, select: string, count: number): Promise<void> => {
      const path = `${LAKE.events}/tenant_id=${tenantName(tenant)}/dt=${dateOf(day.day)}/${name}.parquet`;
      mkdirSync(dirname(join(lake, path)), { recursive: true });
      await connection.run(`copy (${select}) to '${join(lake, path)}' (format parquet, compression zstd)`);
      // Reconcile compares hashes; the ledger only carries them along.
      objects.push({ path, rows: count, bytes: statSync(join(lake, path)).size, sha256: '0'.repeat(64) });
    };
    for (let object = 0; object < day.objects; object++) {
      await write(`bench-${object}`, linesOf(day, tenant, object, rows), rows);
    }
    if (day.shape === 'slim') await write('heartbeats', heartbeatsOf(day, tenant, rows * day.objects), MINUTES);
  }
  return objects;
}

/** Enters objects into the import journal as one finished unit, and marks the lake as one. */
export function writeUnit(lake: string, number: number, objects: readonly BenchObject[]): void {
  const lines: Record<string, number> = {};
  for (const { path, rows } of objects) {
    const partition = dirname(path).slice(LAKE.events.length + 1);
    lines[partition] = (lines[partition] ?? 0) + rows;
  }
  const total = objects.reduce((sum, { rows }) => sum + rows, 0);
  const counted = { records: total, bytes: 0, accepted: total, control: 0, reput: 0, reput_in: 0, quarantined: {} };
  const unit = number.toString(16).padStart(32, '0');
  const delivery = { ...counted, lines, objects, error_objects: [] };
  mkdirSync(join(lake, LAKE.journal), { recursive: true });
  writeFileSync(join(lake, LAKE.marker), `{"version":${LAKE_VERSION}}`);
  writeFileSync(
    join(lake, LAKE.journal, `${unit}.json`),
    JSON.stringify({ version: 1, unit, state: 'done', arrival: FIRST_DAY, files: [], delivery }),
  );
}

/** Heartbeats of a day: one a minute. */
const MINUTES = 1440;

/**
 * What the agent of a tenant's only pod says: by each minute of an hour the part of its lines that it sent by then. The same on
 * every day, but for the time.
 */
function heartbeatsOf({ day }: BenchDay, tenant: number, rows: number): string {
  const hourly = Math.floor((rows * (DUPLICATE_EVERY - 1)) / DUPLICATE_EVERY / 24);
  const minute = 'cast(n % 60 + 1 as bigint)';
  const sent = `(${hourly} * (n // 60) + ${hourly} * ${minute} // 60)`;
  const said = heartbeatAttributes({ sent, hourly: String(hourly), ofHour: `${hourly} * ${minute} // 60` });
  return selectEvents(
    {
      ...POD,
      pod_uid: `'${tenantName(tenant)}-pod'`,
      event_id: `md5('${tenantName(tenant)} ${day} heartbeat ' || n)`,
      format: "'heartbeat'",
      attributes: said,
      usage: '[]',
    },
    `select n, make_timestamp((${FIRST_DAY + day * DAY_MS} + n * 60000) * 1000) as stamp from range(${MINUTES}) t(n)`,
  );
}

/** What an agent that holds nothing back says in a heartbeat, as SQL: lines sent so far, lines of an hour, lines of this hour so far. */
export function heartbeatAttributes(of: {
  readonly sent: string;
  readonly hourly: string;
  readonly ofHour: string;
}): string {
  const counts = {
    started: String(FIRST_DAY / 1000 - 86_400),
    lines_read: of.sent,
    bytes_read: `200 * ${of.sent}`,
    lines_held_back: '0',
    bytes_held_back: '0',
    hour_lines_read: of.ofHour,
    hour_lines_held_back: '0',
    last_hour_lines_read: of.hourly,
    last_hour_lines_held_back: '0',
  };
  const said = Object.entries(counts).map(([key, count]) => `'heartbeat.${key}': cast(${count} as varchar)`);
  return `map {${said.join(', ')}}`;
}

/** What every line of a day has. */
const IDENTITY: Readonly<Record<string, string>> = {
  schema_version: '1',
  id_hour: "date_trunc('hour', stamp)",
  event_time: 'stamp',
  arrival_time: "stamp + interval '20 seconds'",
  problems: 'cast([] as varchar[])',
};

/** Where a slim line was printed. */
const POD: Readonly<Record<string, string>> = { pod: "'api-0'", container: "'app'" };

/** Events of these values, null where there is none, of rows that have `n` and `stamp`; `more` are columns besides. */
export function selectEvents(
  values: Readonly<Record<string, string>>,
  rows: string,
  more: readonly string[] = [],
): string {
  const all: Readonly<Record<string, string>> = { ...IDENTITY, ...values };
  const list = EVENT_COLUMNS.map(({ name, type }) => `cast(${all[name] ?? 'null'} as ${duckdbType(type)}) as ${name}`);
  return `select ${[...list, ...more].join(', ')} from (${rows})`;
}

/** The lines of one object: the same on every day but for its date and the ids. */
function linesOf({ day, objects, shape }: BenchDay, tenant: number, object: number, rows: number): string {
  const step = DAY_MS / (rows * objects);
  const start = FIRST_DAY + day * DAY_MS + object * (DAY_MS / objects);
  const name = tenantName(tenant);
  const first = object * rows;
  return selectEvents(
    {
      event_id: `md5('${name} ${day} ' || n)`,
      usage: `[${entry(name, 'DynamoDB', "meter: 'read_units', unit: 'ReadUnits'", '500000 * (1 + n % 4)', TABLES)}]`,
      ...(shape === 'full' ? textOf(name, day, tenant) : { ...POD, pod_uid: `'${name}-pod'` }),
    },
    // A duplicate is the line before it, to the millisecond.
    `select n, make_timestamp(cast(floor(${start} + (n - ${first}) * ${step}) as bigint) * 1000) as stamp
      from (select ${first} + i - if(i % ${DUPLICATE_EVERY} = ${DUPLICATE_EVERY - 1}, 1, 0) as n from range(${rows}) t(i))`,
  );
}

/** A table and an operation of a call. */
const TABLES = [
  "'table-' || (n % 4)",
  "case n % 3 when 0 then 'Query' when 1 then 'GetItem' else 'PutItem' end",
] as const;

/** One usage entry of a line, as SQL. */
function entry(
  tenant: string,
  service: string,
  meter: string,
  quantity: string,
  [resource, operation]: readonly [string, string] = ["''", "''"],
): string {
  return `{tenant_id: '${tenant}', service: '${service}', resource: ${resource}, operation: ${operation}, ${meter},
    kind: 'sum', series: '', quantity_micros: cast(${quantity} as bigint)}`;
}

/** What a request's line has besides: the log's own usage, text that does not repeat, and where it stood. */
function textOf(name: string, day: number, tenant: number): Readonly<Record<string, string>> {
  return {
    observed_time: 'stamp',
    severity_number: '9',
    severity_text: "'INFO'",
    body: "'handled request ' || md5(n || 'r')",
    format: "'json'",
    service_name: "'api'",
    cluster: "'prod'",
    node: `'node-${tenant % 20}'`,
    namespace: `'ns-${name}'`,
    pod: `'api-' || (n % 3)`,
    pod_uid: `'${name}-pod-' || (n % 3)`,
    container: "'app'",
    log_iostream: "'stdout'",
    source_file: "'/var/log/app/app.log'",
    source_offset: `n * 180 + ${day}::bigint * 1000000000000`,
    shard_id: "'shardId-000000000001'",
    sequence_number: 'cast(n as varchar)',
    trace_id: "md5(n || 't')",
    http_request_method: "'GET'",
    http_route: "'/v1/items/{id}'",
    url_path: "'/v1/items/' || (n * 7919 % 100000)",
    http_response_status_code: '200',
    duration_ms: '(n * 31 % 4000) / 10.0',
    log_bytes: '180 + n % 40',
    attributes: "map {'http.user_agent': 'sdk/1.' || (n % 9), 'request.id': md5(n || 'q')}",
    usage: `[${entry(name, 'Pipeline', "meter: 'log_events', unit: 'Events'", '1000000')},
      ${entry(name, 'Pipeline', "meter: 'log_bytes', unit: 'B'", '(180 + n % 40) * 1000000')},
      ${entry(name, 'DynamoDB', "meter: 'read_units', unit: 'ReadUnits'", '500000 * (1 + n % 4)', TABLES)}]`,
  };
}
