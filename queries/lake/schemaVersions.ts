import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbType, EVENT_COLUMNS, EVENT_SCHEMA_VERSION } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';

/**
 * For each object the version of the event table whose columns it has, by its footer: this program's when all of them are
 * there and of their types, else 0. What its rows say of themselves is another matter.
 */
export async function schemaVersions(
  connection: DuckDBConnection,
  lake: string,
  objects: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (objects.length === 0) return new Map();
  const list = objects.map((object) => sqlText(join(lake, object))).join(', ');
  const footers = await connection.runAndReadAll(`
    select min(file_name), list(file_name) from (
      select file_name, list([name, coalesce(duckdb_type, ''), coalesce(cast(num_children as varchar), '')] order by column_id) as shape
      from parquet_schema([${list}]) group by file_name
    ) group by shape`);
  const versions = new Map<string, number>();
  const start = join(lake, 'x').length - 1;
  for (const [one, files] of footers.getRowsJson()) {
    const version = await versionOf(connection, String(one));
    for (const file of files as string[]) versions.set(file.slice(start), version);
  }
  return versions;
}

async function versionOf(connection: DuckDBConnection, file: string): Promise<number> {
  const described = await connection.runAndReadAll(
    `describe select * from read_parquet([${sqlText(file)}], hive_partitioning = false)`,
  );
  const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
  const exact =
    types.size === EVENT_COLUMNS.length &&
    EVENT_COLUMNS.every(({ name, type }) => types.get(name) === duckdbType(type));
  return exact ? EVENT_SCHEMA_VERSION : 0;
}
