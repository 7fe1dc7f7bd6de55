import type { DuckDBConnection } from '@duckdb/node-api';

/** Drops every temporary view and table of a connection: what a booking leaves, whether it was made or failed half-way. */
export async function dropTemporary(connection: DuckDBConnection): Promise<void> {
  const left = await connection.runAndReadAll(`
    select 'view', view_name from duckdb_views() where temporary and not internal
    union all select 'table', table_name from duckdb_tables() where temporary and not internal`);
  // Views first: they stand on tables.
  const statements = left.getRows().map(([kind, name]) => `drop ${String(kind)} if exists temp."${String(name)}"`);
  for (const statement of statements.sort().reverse()) await connection.run(statement);
}
