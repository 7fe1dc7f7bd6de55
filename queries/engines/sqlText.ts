/** A path or other text as an SQL literal. Paths are also patterns to DuckDB: `checkLake` refuses those that would be. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
