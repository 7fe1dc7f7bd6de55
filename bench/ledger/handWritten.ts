import { DuckDBInstance } from '@duckdb/node-api';
import { LAKE } from '../../model/index.js';

const COLUMNS = 'tenant_id, emitter, service, resource, operation, meter, unit, event_hour, quantity_micros, events';

/**
 * What somebody writes who wants the usage rows of a lake's objects and nothing else: one statement that leaves out equal
 * ids within emitter and id hour and sums the rest. It knows nothing of earlier bookings, re-read files, counters, distinct
 * counts, arrivals, heartbeats, recent usage, or of running twice.
 */
export async function handWritten(
  lake: string,
  to: string,
  limits: { readonly memoryMb: number; readonly threads: number },
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(limits.threads),
    memory_limit: `${limits.memoryMb}MB`,
    temp_directory: `${to}.spill`,
  });
  const connection = await instance.connect();
  try {
    await connection.run(`copy (
      select u.tenant_id as tenant_id, emitter, u.service as service, u.resource as resource, u.operation as operation,
        u.meter as meter, u.unit as unit, event_hour,
        cast(sum(u.quantity_micros) as decimal(38, 0)) as quantity_micros, count(*) as events
      from (
        select tenant_id as emitter, date_trunc('hour', event_time) as event_hour, unnest(usage) as u
        from (
          select tenant_id, event_time, usage
          from read_parquet('${lake}/${LAKE.events}/*/*/*.parquet', hive_partitioning = true)
          qualify row_number() over (partition by tenant_id, id_hour, event_id order by arrival_time) = 1
        )
      ) group by all order by all
    ) to '${to}' (format parquet, compression zstd)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The usage rows of a file, the ledger's or the statement's, as texts in one order. */
export async function usageOf(file: string): Promise<readonly string[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(`select ${COLUMNS} from read_parquet('${file}') order by all`);
    return reader.getRows().map((row) => row.map(String).join(' '));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
