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

/** Rows of objects by their own footers. Throws LAKE_DAMAGED for the first that is not there or cannot be read as Parquet. */
export async function rowsOfAll(
  connection: DuckDBConnection,
  lake: string,
  objects: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const paths = objects.map((object) => sqlText(join(lake, object)));
  const start = join(lake, 'x').length - 1;
  try {
    const reader = await connection.runAndReadAll(
      `select file_name, num_rows from parquet_file_metadata([${paths.join(', ')}])`,
    );
    return new Map(reader.getRows().map(([file, rows]) => [String(file).slice(start), Number(rows)]));
  } catch {
    // One of them failed, and the engine does not always say which.
    const rows = new Map<string, number>();
    for (const object of objects) rows.set(object, await rowsOf(connection, lake, object));
    return rows;
  }
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
