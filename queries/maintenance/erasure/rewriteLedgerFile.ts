import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../../engines/sqlText.js';
import { syncPath } from '../../lake/replaceFile.js';
import { BOOKING_FILES, mergeSql, RECENT } from '../../ledger/bookingFiles.js';
import { anonymousRows } from './anonymousLedger.js';
import type { TenantNames } from './TenantNames.js';

const FILES = [...BOOKING_FILES, RECENT];

/** How many rows of a file of the ledger are a tenant's, or name it. */
export async function rowsNaming(connection: DuckDBConnection, path: string, tenant: TenantNames): Promise<number> {
  const { touched } = anonymousRows(basename(path), await columnsOf(connection, path), tenant, '');
  const counted = await connection.runAndReadAll(
    `select count(*) from read_parquet(${sqlText(path)}, hive_partitioning = false) where ${touched}`,
  );
  return Number(counted.getRows()[0]?.[0] ?? 0);
}

/**
 * Writes a file of the ledger again without a tenant. Rows that become equal but for their sums are one, as in a merge of
 * bookings. Returns how many rows there are then.
 *
 * @param key of the hash of series
 */
export async function rewriteLedgerFile(
  connection: DuckDBConnection,
  path: string,
  to: string,
  tenant: TenantNames,
  key: string,
): Promise<number> {
  const name = basename(path);
  const columns = await columnsOf(connection, path);
  const { stays, columns: changed } = anonymousRows(name, columns, tenant, key);
  const list = columns.map((column) => `${changed[column.name] ?? column.name} as ${column.name}`).join(', ');
  const from = `(select ${list} from read_parquet(${sqlText(path)}, hive_partitioning = false) where ${stays})`;
  const file = FILES.find((known) => known.name === name);
  await mkdir(dirname(to), { recursive: true });
  const number = await connection.runAndReadAll(
    columns.some((column) => column.name === 'manifest') ? `select max(manifest) from ${from}` : 'select 0',
  );
  const select =
    file === undefined ? `from ${from} order by all` : mergeSql(file, from, Number(number.getRows()[0]?.[0] ?? 0));
  const copied = await connection.run(`copy (${select}) to ${sqlText(to)} (format parquet, compression zstd)`);
  await syncPath(to);
  return copied.rowsChanged;
}

/** Files of a booking that it has only when there are rows for them. */
export function isOptional(path: string): boolean {
  return FILES.find(({ name }) => name === basename(path))?.optional ?? false;
}

async function columnsOf(connection: DuckDBConnection, path: string): Promise<readonly { readonly name: string }[]> {
  const described = await connection.runAndReadAll(
    `describe select * from read_parquet(${sqlText(path)}, hive_partitioning = false)`,
  );
  return described.getRows().map(([name]) => ({ name: String(name) }));
}
