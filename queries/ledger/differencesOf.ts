import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { listOrNone } from '../lake/readJournal.js';

/** How two bookings differ in content, in words, a line a file; another writer's bytes of the same rows are the same. */
export async function differencesOf(
  connection: DuckDBConnection,
  standing: string,
  again: string,
): Promise<readonly string[]> {
  const [old, fresh] = [await listOrNone(standing), await listOrNone(again)];
  const differences: string[] = [];
  for (const name of [...new Set([...old, ...fresh])].sort()) {
    if (!old.includes(name)) differences.push(`${name} is missing`);
    else if (!fresh.includes(name)) differences.push(`${name} should not be there`);
    else differences.push(...(await compareFile(connection, name, join(standing, name), join(again, name))));
  }
  return differences;
}

async function compareFile(
  connection: DuckDBConnection,
  name: string,
  standing: string,
  again: string,
): Promise<readonly string[]> {
  const [old, fresh] = [standing, again].map((path) => `(from read_parquet(${sqlText(path)}))`);
  try {
    const reader = await connection.runAndReadAll(`select (select count(*) from (${old} except all ${fresh})),
      (select count(*) from (${fresh} except all ${old}))`);
    const [extra = 0n, missing = 0n] = (reader.getRows()[0] ?? []) as bigint[];
    return extra === 0n && missing === 0n ? [] : [`${name}: ${extra} rows too many, ${missing} missing`];
  } catch (error) {
    return [`${name} cannot be compared (${messageOf(error)})`];
  }
}
