import { DuckDBInstance } from '@duckdb/node-api';
import { AppError, hasPatternCharacter, messageOf } from '../../model/index.js';
import { quoted } from './loadRows.js';
import { sqlText } from './sqlText.js';

/** A Parquet file that is read as text, some 2,000 rows at a time. */
export interface ParquetFile {
  readonly columns: readonly string[];
  /** Rows in the order of the file, the given columns as text (numbers by their shortest, times in UTC), null for nothing. */
  rows(columns: readonly string[]): AsyncIterable<readonly (readonly (string | null)[])[]>;
  close(): void;
}

/**
 * Opens a Parquet file. Memory does not grow with it. Throws INPUT_INVALID for what is no Parquet file, and while rows are read for
 * one that breaks off.
 *
 * @param shown what messages call the file
 */
export async function openParquet(path: string, shown: string): Promise<ParquetFile> {
  // A path is a pattern to DuckDB.
  if (hasPatternCharacter(path)) {
    throw new AppError('INPUT_INVALID', 'the path of a Parquet file would be read as a pattern', {
      where: shown,
      expected: 'a path without * ? [ ] { }',
      got: JSON.stringify(path),
      hint: 'rename the file or its folder',
    });
  }
  const failed = (error: unknown): never => {
    throw new AppError('INPUT_INVALID', 'a Parquet file cannot be read to its end', {
      where: shown,
      got: messageOf(error).replaceAll(path, shown),
      hint: 'fetch the file again',
      cause: error,
    });
  };
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  const source = `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
  try {
    await connection.run("set TimeZone = 'UTC'");
    const described = await connection.runAndReadAll(`describe select * from ${source}`);
    const columns = described.getRows().map(([name]) => String(name));
    return { columns, rows, close };
  } catch (error) {
    close();
    return failed(error);
  }

  async function* rows(columns: readonly string[]): AsyncIterable<readonly (readonly (string | null)[])[]> {
    const list = columns.map((column) => `cast(${quoted(column)} as varchar)`).join(', ');
    try {
      const footer = await connection.runAndReadAll(
        `select sum(num_rows) from parquet_file_metadata(${sqlText(path)})`,
      );
      const expected = Number(footer.getRows()[0]?.[0]);
      const result = await connection.stream(`select ${list} from ${source}`);
      let count = 0;
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        count += chunk.rowCount;
        yield chunk.getRows() as readonly (readonly (string | null)[])[];
      }
      // The client ends a stream that fails half-way as if its rows were over, or throws.
      if (count !== expected) throw new Error(`it broke off after ${count} of ${expected} rows`);
    } catch (error) {
      if (error instanceof AppError) throw error;
      failed(error);
    }
  }
}
