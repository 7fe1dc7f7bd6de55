import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError, messageOf, partitionOf } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';

/** LAKE_DAMAGED for one object, naming its tenant and day. */
export function damagedObject(object: string, summary: string, cause?: unknown): AppError {
  const { tenantId = '', dt = '' } = partitionOf(object) ?? {};
  return new AppError('LAKE_DAMAGED', summary, {
    got: object,
    where: `tenant ${tenantId}, day ${dt}`,
    hint: 'restore it from a backup of the lake; tenantscope reconcile lists everything that is missing or changed',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Rows of an object by its own footer. Throws LAKE_DAMAGED when it cannot be read as Parquet. */
export async function rowsOf(connection: DuckDBConnection, lake: string, object: string): Promise<number> {
  try {
    const reader = await connection.runAndReadAll(
      `select cast(sum(num_rows) as bigint) from parquet_file_metadata(${sqlText(join(lake, object))})`,
    );
    return Number(reader.getRows()[0]?.[0] ?? 0);
  } catch (error) {
    throw damagedObject(object, `an object of the lake cannot be read (${messageOf(error)})`, error);
  }
}
