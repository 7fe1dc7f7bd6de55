import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Column, duckdbType, EVENT_COLUMNS, LAKE } from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import { buildLedger } from '../../queries/index.js';
import { deliverObjects } from './deliverObjects.js';

const LINES = 4;

/** The n-th of many tenants. */
export const tenantName = (index: number): string => `t${String(index).padStart(4, '0')}`;

/**
 * Writes a lake of many tenants with a few lines each, straight into Parquet, and builds its ledger: a second date of arrival
 * for some, usage and problems that differ by tenant.
 */
export async function writeManyTenantsLake(lake: string, tenants: number): Promise<void> {
  await writeObjects(join(lake, LAKE.events), tenants);
  const objects = readdirSync(join(lake, LAKE.events), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => ({ path: `${LAKE.events}/${name}`, rows: LINES }));
  deliverObjects(lake, { objects });
  await buildLedger({ lake, clock: () => Date.parse('2026-11-24T12:00:00Z'), memoryMb: 512, threads: 1 });
}

const VALUES: Readonly<Record<string, string>> = {
  schema_version: '1',
  event_id: "md5(format('{}-{}-{}', t, d, k))",
  id_hour: "timestamp '2026-11-22 10:00:00'",
  event_time: "timestamp '2026-11-22 10:00:00.001' + to_milliseconds(t * 1000 + k)",
  arrival_time: "timestamp '2026-11-22 11:00:00' + to_days(cast(d as integer))",
  severity_number: 'case when k = 0 then 17 else 9 end',
  body: "format('line {} of {}', k, t)",
  format: "'json'",
  service_name: "'checkout'",
  error_type: "case when k = 0 then 'Timeout' end",
  duration_ms: 't * 1.5 + k',
  log_bytes: '10',
  attributes: 'map {}',
  problems: "case when t % 10 = 0 and k = 1 then ['usage_invalid'] else [] end",
  usage: `[{tenant_id: tenant_id, service: 'DynamoDB', resource: 'orders', operation: 'GetItem', meter: 'read_units',
      unit: 'units', kind: 'sum', series: '', quantity_micros: (t + 1) * 500000},
    {tenant_id: tenant_id, service: 'Cognito', resource: '', operation: '', meter: 'monthly_active_users',
      unit: 'users', kind: 'distinct', series: cast(k % 2 as varchar), quantity_micros: 1000000}]`,
};

async function writeObjects(folder: string, tenants: number): Promise<void> {
  const value = ({ name, type }: Column): string => `cast(${VALUES[name] ?? 'null'} as ${duckdbType(type)}) as ${name}`;
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(`copy (
    select ${EVENT_COLUMNS.map(value).join(', ')}, tenant_id, dt
    from (select t, d, k, 't' || lpad(cast(t as varchar), 4, '0') as tenant_id, cast(date '2026-11-22' + cast(d as integer) as varchar) as dt
      from range(${tenants}) t(t), range(2) d(d), range(${LINES}) k(k) where d = 0 or t % 15 = 0)
    ) to ${sqlText(folder)} (format parquet, compression zstd, partition_by (tenant_id, dt))`);
  connection.closeSync();
  instance.closeSync();
}
