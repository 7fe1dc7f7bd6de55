import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';

const MACROS = readFileSync(new URL('./trinoMacros.sql', import.meta.url), 'utf8');

/**
 * Gives a DuckDB Trino's meaning where the two say different things by one name: settings and macros, once for all its
 * connections. To be called before the settings are locked. What neither can close, lint refuses.
 */
export async function speakTrino(connection: DuckDBConnection): Promise<void> {
  await connection.run('set global integer_division = true');
  await connection.run(MACROS);
}
