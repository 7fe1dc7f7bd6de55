import {
  type DuckDBConnection,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  type DuckDBValue,
  StatementType,
} from '@duckdb/node-api';
import { AppError, messageOf } from '../../model/index.js';
import type { QueryResult, Value } from './Engine.js';

/** Runs one SELECT and nothing else; throws ENGINE_UNAVAILABLE when it fails or is anything else. */
export async function queryDuckDb(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  try {
    const statements = await connection.extractStatements(sql);
    const statement = await statements.prepare(0);
    // The sandbox stops files, network and settings; ATTACH, macros and the like are stopped by taking one SELECT only.
    if (statements.count !== 1 || statement.statementType !== StatementType.SELECT) {
      throw new Error('expected one SELECT statement');
    }
    const reader = await statement.runAndReadAll();
    return { columns: reader.columnNames(), rows: reader.getRows().map((row) => row.map(readValue)) };
  } catch (error) {
    throw new AppError('ENGINE_UNAVAILABLE', 'the query failed', {
      got: messageOf(error),
      hint: 'see the statement with: tenantscope report show NAME',
      cause: error,
    });
  }
}

function readValue(value: DuckDBValue): Value {
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value as Value;
  if (value instanceof DuckDBDecimalValue) return value.scale === 0 ? value.value : value.toString();
  if (value instanceof DuckDBTimestampValue) return new Date(Number(value.micros / 1000n)).toISOString();
  return String(value);
}
