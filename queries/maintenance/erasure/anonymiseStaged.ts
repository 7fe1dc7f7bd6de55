import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../../engines/sqlText.js';
import type { ErasedTenants } from '../../lake/ErasedTenants.js';
import { isOptional, rewriteLedgerFile } from './rewriteLedgerFile.js';
import { TenantNames } from './TenantNames.js';

/**
 * Takes erased tenants out of a booking that is made ready: lines that came after an erasure still count, as `_erased`'s, and
 * nobody sees whose they were. Returns the ids that were found.
 */
export async function anonymiseStaged(
  connection: DuckDBConnection,
  staged: string,
  erased: ErasedTenants,
): Promise<readonly string[]> {
  if (erased.none) return [];
  const owners = await connection.runAndReadAll(`
    select tenant_id from read_parquet(${sqlText(join(staged, 'usage.parquet'))}) union
    select emitter from read_parquet(${sqlText(join(staged, 'usage.parquet'))}) union
    select emitter from read_parquet(${sqlText(join(staged, 'events.parquet'))})`);
  const ids = owners
    .getRows()
    .map(([id]) => String(id))
    .filter((id) => erased.has(id));
  for (const id of ids) {
    // Only what is its own: its objects are still there, and a booking computed again must come out the same.
    const tenant = new TenantNames(id, [], [], false);
    for (const name of (await readdir(staged)).filter((file) => file.endsWith('.parquet'))) {
      const [from, to] = [join(staged, name), join(staged, `${name}.new`)];
      const rows = await rewriteLedgerFile(connection, from, to, tenant, '');
      if (rows === 0 && isOptional(name)) await Promise.all([from, to].map((path) => rm(path)));
      else await rename(to, from);
    }
  }
  return ids;
}
