import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { listOrNone } from '../lake/readJournal.js';
import { erasedRows, otherRows } from './erasedRows.js';

/**
 * How two bookings differ in content, in words, a line a file; another writer's bytes of the same rows are the same.
 *
 * @param butErased leaves out the rows of erased tenants, which nothing can compute again
 */
export async function differencesOf(
  connection: DuckDBConnection,
  standing: string,
  again: string,
  butErased = false,
): Promise<readonly string[]> {
  const [old, fresh] = [await listOrNone(standing), await listOrNone(again)];
  const differences: string[] = [];
  for (const name of [...new Set([...old, ...fresh])].sort()) {
    const empty = async (folder: string): Promise<boolean> =>
      butErased && (await otherRows(connection, join(folder, name))) === 0;
    if (!old.includes(name)) {
      if (!(await empty(again))) differences.push(`${name} is missing`);
    } else if (!fresh.includes(name)) {
      if (!(await empty(standing))) differences.push(`${name} should not be there`);
    } else
      differences.push(...(await compareFile(connection, name, join(standing, name), join(again, name), butErased)));
  }
  return differences;
}

async function compareFile(
  connection: DuckDBConnection,
  name: string,
  standing: string,
  again: string,
  butErased: boolean,
): Promise<readonly string[]> {
  try {
    const where = butErased ? ` where not (${await erasedRows(connection, standing)})` : '';
    const [old, fresh] = [standing, again].map((path) => `(from read_parquet(${sqlText(path)})${where})`);
    const reader = await connection.runAndReadAll(`select (select count(*) from (${old} except all ${fresh})),
      (select count(*) from (${fresh} except all ${old}))`);
    const [extra = 0n, missing = 0n] = (reader.getRows()[0] ?? []) as bigint[];
    return extra === 0n && missing === 0n ? [] : [`${name}: ${extra} rows too many, ${missing} missing`];
  } catch (error) {
    return [`${name} cannot be compared (${messageOf(error)})`];
  }
}
