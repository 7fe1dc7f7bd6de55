import type { DuckDBConnection } from '@duckdb/node-api';
import { RESERVED_TENANTS } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';

/** Condition: a row of this file of a booking is of erased tenants. */
export async function erasedRows(connection: DuckDBConnection, file: string): Promise<string> {
  const described = await connection.runAndReadAll(`describe select * from read_parquet(${sqlText(file)})`);
  const owners = described
    .getRows()
    .map(([name]) => String(name))
    .filter((name) => name === 'tenant_id' || name === 'emitter');
  const erased = sqlText(RESERVED_TENANTS.erased);
  return owners.length === 0 ? 'false' : owners.map((name) => `coalesce(${name} = ${erased}, false)`).join(' or ');
}

/** How many rows of a file of a booking are of other tenants; undefined when it cannot be read. */
export async function otherRows(connection: DuckDBConnection, file: string): Promise<number | undefined> {
  try {
    const counted = await connection.runAndReadAll(
      `select count(*) from read_parquet(${sqlText(file)}) where not (${await erasedRows(connection, file)})`,
    );
    return Number(counted.getRows()[0]?.[0]);
  } catch {
    return undefined;
  }
}
