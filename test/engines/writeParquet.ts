import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Column, duckdbColumnList } from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';

/** A row by column, each value an SQL expression of DuckDB; a column that is left out is null. */
export type Row = Readonly<Record<string, string>>;

/** Writes one Parquet file with exactly these rows. */
export async function writeParquet(path: string, columns: readonly Column[], rows: readonly Row[]): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`create table t (${duckdbColumnList(columns)})`);
  for (const row of rows) {
    await connection.run(`insert into t (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`);
  }
  await connection.run(`copy t to ${sqlText(path)} (format parquet, compression zstd)`);
  connection.closeSync();
  instance.closeSync();
}
