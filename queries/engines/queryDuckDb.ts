import { randomUUID } from 'node:crypto';
import {
  type DuckDBConnection,
  DuckDBDecimalValue,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  DuckDBTimestampValue,
  type DuckDBValue,
  StatementType,
} from '@duckdb/node-api';
import { AppError, messageOf } from '../../model/index.js';
import type { QueryResult, Rows, StreamedResult, Value } from './QueryResult.js';

/** Runs one SELECT and nothing else; throws ENGINE_UNAVAILABLE when it fails or is anything else. */
export function queryDuckDb(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  return failing(async () => {
    const reader = await (await prepareSelect(connection, sql)).runAndReadAll();
    return {
      columns: reader.columnNames(),
      rows: reader.getRows().map(readRow),
      types: typesOf(reader),
    };
  });
}

/**
 * As {@link queryDuckDb}, some 2,000 rows at a time. The answer is made whole first, in a table of the engine that spills to
 * disk: this client ends the chunks of a failed statement as if it had no more rows, so that rows are given only of one that
 * did not fail, and counted.
 */
export async function streamDuckDb(connection: DuckDBConnection, sql: string): Promise<StreamedResult> {
  const table = `streamed_${randomUUID().replaceAll('-', '')}`;
  return failing(async () => {
    const statement = await prepareSelect(connection, sql);
    const columns = Array.from({ length: statement.columnCount }, (_, index) => statement.columnName(index));
    const made = await connection.runAndReadAll(`create temp table ${table} as ${sql}`);
    const total = Number(made.getRows()[0]?.[0]);
    const result = await connection.stream(`select * from ${table}`);
    return { columns, types: typesOf(result), batches: batchesOf(connection, table, result, total) };
  });
}

/** DuckDB's plan of one SELECT, as text; nothing is run. */
export function explainDuckDb(connection: DuckDBConnection, sql: string): Promise<string> {
  return failing(async () => {
    await prepareSelect(connection, sql);
    const reader = await connection.runAndReadAll(`explain ${sql}`);
    return reader
      .getRows()
      .map((row) => String(row[1]))
      .join('\n');
  });
}

async function* batchesOf(
  connection: DuckDBConnection,
  table: string,
  result: DuckDBResult,
  total: number,
): AsyncIterable<Rows> {
  let rows = 0;
  try {
    for (;;) {
      const chunk = await failing(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) break;
      rows += chunk.rowCount;
      yield chunk.getRows().map(readRow);
    }
    await failing(async () => {
      if (rows !== total) throw new Error(`the answer broke off after ${rows} of ${total} rows`);
    });
  } finally {
    await connection.run(`drop table if exists ${table}`).catch(() => undefined);
  }
}

async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  const statement = await statements.prepare(0);
  // The sandbox stops files, network and settings; ATTACH, macros and the like are stopped by taking one SELECT only.
  if (statements.count !== 1 || statement.statementType !== StatementType.SELECT) {
    throw new Error('expected one SELECT statement');
  }
  return statement;
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new AppError('ENGINE_UNAVAILABLE', 'the query failed', {
      got: messageOf(error),
      hint: 'see the statement with: tenantscope report show NAME',
      cause: error,
    });
  }
}

const typesOf = (result: Pick<DuckDBResult, 'columnTypes'>): readonly string[] =>
  result.columnTypes().map((type) => type.toString().toLowerCase());

const readRow = (row: readonly DuckDBValue[]): readonly Value[] => row.map(readValue);

function readValue(value: DuckDBValue): Value {
  // Asked of every value of millions of rows: one comparison for all that stay as they are.
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof DuckDBDecimalValue) return value.scale === 0 ? value.value : value.toString();
  if (value instanceof DuckDBTimestampValue) return new Date(Number(value.micros / 1000n)).toISOString();
  return String(value);
}
