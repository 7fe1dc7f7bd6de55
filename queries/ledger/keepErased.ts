import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { listOrNone } from '../lake/readJournal.js';
import { erasedRows } from './erasedRows.js';

/**
 * Carries the rows of erased tenants from a standing booking over into the same computed again: they are what nothing can
 * compute any more. Throws LAKE_DAMAGED when they cannot be read there.
 */
export async function keepErased(connection: DuckDBConnection, standing: string, again: string): Promise<void> {
  const fresh = await listOrNone(again);
  for (const name of await listOrNone(standing)) {
    const [old, made, merged] = [join(standing, name), join(again, name), join(again, `${name}.new`)];
    try {
      const erased = await erasedRows(connection, old);
      const rest = fresh.includes(name)
        ? `union all by name from read_parquet(${sqlText(made)}) where not (${erased})`
        : '';
      await connection.run(`copy (from (from read_parquet(${sqlText(old)}) where ${erased} ${rest}) order by all)
        to ${sqlText(merged)} (format parquet, compression zstd)`);
    } catch (error) {
      throw new AppError('LAKE_DAMAGED', 'the figures of erased tenants in a booking cannot be read', {
        where: old,
        hint: 'restore it from a backup of the ledger: nothing can compute them again',
        cause: error,
      });
    }
    await rename(merged, made);
  }
}
