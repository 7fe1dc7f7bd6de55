import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type RateCard, rateCardSchema, type Tenant, tenantSchema } from '../../model/index.js';
import { queryDuckDb, streamDuckDb } from '../../queries/engines/queryDuckDb.js';
import type { Engine } from '../../queries/index.js';

/** Tenants `t0` …, four to an account. */
export function benchTenants(count: number): readonly Tenant[] {
  return Array.from({ length: count }, (_, index) =>
    tenantSchema.parse({ id: `t${index}`, name: `Tenant ${index}`, billing_account: `A-${Math.floor(index / 4)}` }),
  );
}

/** As many prices per unit as meters, of services made up. */
export function benchRates(count: number): RateCard {
  const prices = Array.from({ length: count }, (_, index) => ({
    ...{ service: `S${index % 5}`, meter: `m${index}`, price: `0.${String(index + 1).padStart(4, '0')}`, per: 1000 },
  }));
  return rateCardSchema.parse({ id: 'bench', currency: 'USD', prices });
}

/**
 * An engine over a ledger made up of one row a tenant, meter and day of October 2026, whose data goes to the month's end. Spills
 * into `folder` beyond 512 MB, as the embedded engine does.
 */
export async function benchEngine(folder: string, tenants: number, meters: number, days: number): Promise<Engine> {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(join(folder, 'ledger.duckdb'), {
    ...{ memory_limit: '512MB', threads: '2', temp_directory: join(folder, 'spill') },
  });
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  await connection.run(`create table ledger as select 't' || t as tenant_id, 'S' || (m % 5) as service, 'm' || m as meter, 'Units' as unit,
      timestamp '2026-10-01 00:00:00' + to_days(cast(d as integer)) as event_hour, '2026-11-01' as booked_date,
      cast(1000000 * (1 + (t * 31 + m * 7 + d) % 1000) + d as decimal(38, 0)) as quantity_micros, cast(1 as bigint) as events
    from range(${tenants}) a(t), range(${meters}) b(m), range(${days}) c(d)`);
  await connection.run(`create table booked_events as select timestamp '2026-10-31 23:00:00' as event_hour,
      timestamp '2026-11-01 00:00:00' as arrival_through`);
  return {
    gaps: [],
    // No heartbeats: completeness is not part of what is measured.
    views: ['ledger', 'booked_events'],
    query: (sql) => queryDuckDb(connection, sql),
    stream: (sql) => streamDuckDb(connection, sql),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
