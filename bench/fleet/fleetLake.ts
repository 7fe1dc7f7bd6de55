import { linkSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { LAKE } from '../../model/index.js';
import {
  DAY_MS,
  dateOf,
  FIRST_DAY,
  heartbeatAttributes,
  selectEvents,
  tenantName,
  writeUnit,
} from '../ledger/benchLake.js';
import { writeSealedDays } from '../ledger/monthLake.js';

/** A lake of many tenants that do little each. */
export interface Fleet {
  readonly tenants: number;
  /** Whole UTC days, from {@link FIRST_DAY} on. */
  readonly days: number;
}

/** Minutes between two heartbeats of an agent, and how long one may be silent in {@link fleetConfig}. */
const BEAT_MINUTES = 30;
const SILENT_MINUTES = 30;

/** Tenants whose day is written by one statement: all at once would be sorted in more memory than there is. */
const AT_ONCE = 250;

/** A tenant's object of a day. */
const OBJECT = 'fleet-0.parquet';

/** Heartbeats of an agent on a day. */
const BEATS = (24 * 60) / BEAT_MINUTES;

const PLANS = ['basic', 'pro', 'enterprise'] as const;

/** The plan of a tenant by its number: of a hundred one is enterprise, nineteen are pro. */
export function planOf(tenant: number): (typeof PLANS)[number] {
  return tenant % 100 === 0 ? 'enterprise' : tenant % 100 < 20 ? 'pro' : 'basic';
}

/** The project file of a fleet: its tenants, a plan and a cell each, and a price for its requests. */
export function fleetConfig({ tenants }: Fleet, lake: string): string {
  const list = Array.from({ length: tenants }, (_, tenant) =>
    JSON.stringify({
      id: tenantName(tenant),
      name: `Fleet customer ${tenant}`,
      plan: planOf(tenant),
      cell: `cell-${String(Math.floor(tenant / 195)).padStart(2, '0')}`,
      namespaces: [`ns-${tenantName(tenant)}`],
    }),
  );
  return [
    `lake: ${JSON.stringify(lake)}`,
    `completeness: { silent_minutes: ${SILENT_MINUTES} }`,
    'plans:',
    ...PLANS.map((id) => `  - { id: ${id} }`),
    'rate_card:',
    '  id: fleet',
    '  currency: USD',
    '  prices:',
    '    - { service: Ingress, meter: requests, price: "0.40", per: 1000000 }',
    '    - { service: DynamoDB, meter: read_units, price: "0.60", per: 1000000 }',
    'tenants:',
    ...list.map((tenant) => `  - ${tenant}`),
    '',
  ].join('\n');
}

/**
 * Writes the lake of a fleet: one line a tenant and hour, of five services; levels fall with the tenant's number as in heavy-tailed
 * fleets. The first day is written and booked by the product; the ledger's other days are that one, moved, and their objects are
 * links to its objects, so that a lake of a month takes a minute: single lines of those days are not to be read. Returns the bytes
 * of all objects.
 */
export async function writeFleet(lake: string, fleet: Fleet, threads: number): Promise<number> {
  return writeSealedDays(lake, fleet.days, (day) => writeFleetDay(lake, day, fleet), threads);
}

async function writeFleetDay(lake: string, day: number, fleet: Fleet): Promise<number> {
  const folderOf = (tenant: number, of: number): string =>
    `${LAKE.events}/tenant_id=${tenantName(tenant)}/dt=${dateOf(of)}`;
  if (day === 0) await writeFirstDay(lake, fleet);
  const objects = Array.from({ length: fleet.tenants }, (_, tenant) => {
    const path = `${folderOf(tenant, day)}/${OBJECT}`;
    if (day > 0) {
      mkdirSync(join(lake, folderOf(tenant, day)), { recursive: true });
      linkSync(join(lake, folderOf(tenant, 0), OBJECT), join(lake, path));
    }
    return { path, rows: 24 + BEATS, bytes: statSync(join(lake, path)).size, sha256: '0'.repeat(64) };
  });
  writeUnit(lake, day, objects);
  return objects.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function writeFirstDay(lake: string, { tenants }: Fleet): Promise<void> {
  // One thread writes one file a partition; two would write two.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '2GB' });
  const connection = await instance.connect();
  try {
    mkdirSync(join(lake, LAKE.events), { recursive: true });
    for (let from = 0; from < tenants; from += AT_ONCE) {
      await connection.run(`copy (${linesOf(0, from, Math.min(tenants, from + AT_ONCE))}) to '${join(lake, LAKE.events)}'
        (format parquet, compression zstd, partition_by (tenant_id, dt), filename_pattern 'fleet-{i}', overwrite_or_ignore)`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Lines and heartbeats of some tenants' day. */
function linesOf(day: number, from: number, until: number): string {
  const start = FIRST_DAY + day * DAY_MS;
  const name = "('tenant-' || lpad(cast(t as varchar), 4, '0'))";
  const rows = (count: number, stepMs: number): string =>
    `select t, n, make_timestamp((${start} + n * ${stepMs}) * 1000) as stamp from range(${from}, ${until}) a(t), range(${count}) b(n)`;
  const folder = [`${name} as tenant_id`, `'${dateOf(day)}' as dt`, 't', 'stamp'];
  const pod = { pod: "'api-0'", pod_uid: `${name} || '-pod'`, container: "'app'" };
  const lines = selectEvents(
    {
      ...pod,
      event_id: `md5(${name} || ' ${day} ' || n)`,
      usage: `[${USES.map((use) => entry(name, use)).join(', ')}]`,
    },
    rows(24, 3_600_000),
    folder,
  );
  const beats = selectEvents(
    {
      ...pod,
      event_id: `md5(${name} || ' ${day} heartbeat ' || n)`,
      format: "'heartbeat'",
      // The line of an hour is its first, and each heartbeat is later than it.
      attributes: heartbeatAttributes({ sent: `n // ${BEATS / 24} + 1`, hourly: '1', ofHour: '1' }),
      usage: '[]',
    },
    rows(BEATS, BEAT_MINUTES * 60_000),
    folder,
  );
  return `select * exclude (t, stamp) from (${lines} union all ${beats}) order by t, stamp`;
}

/** What every tenant uses in an hour: service, meter, unit, operation, and how much the first tenant of all uses. */
const USES = [
  ['DynamoDB', 'read_units', 'ReadUnits', 'Query', 900_000],
  ['DynamoDB', 'write_units', 'WriteUnits', 'PutItem', 90_000],
  ['S3', 'tier2_requests', 'Requests', 'GetObject', 400_000],
  ['Ingress', 'requests', 'Requests', 'GET /v1/items/{id}', 700_000],
  ['Ingress', 'bytes_out', 'B', 'GET /v1/items/{id}', 700_000_000],
  ['Lambda', 'invocations', 'Requests', 'resize', 60_000],
  ['Pipeline', 'log_events', 'Events', '', 1],
] as const;

/** One entry: by rank, by the hour of the day, and by a tenant's own habits, the same on every day. */
function entry(name: string, [service, meter, unit, operation, most]: (typeof USES)[number]): string {
  const own = `(50 + hash(t * 31 + n) % 100) * (80 + hash(t, '${service}') % 40)`;
  const quantity = most === 1 ? '1000000' : `1 + ${most} * ${own} // cast((1 + t) ** 0.8 as bigint) * 100`;
  return `{tenant_id: ${name}, service: '${service}', resource: 'pool-' || (t % 3), operation: '${operation}', meter: '${meter}',
    unit: '${unit}', kind: 'sum', series: '', quantity_micros: cast(${quantity} as bigint)}`;
}
