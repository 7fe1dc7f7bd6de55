import {
  type ColumnInfo,
  GetQueryResultsCommand,
  type GetQueryResultsOutput,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { AppError } from '../../../model/index.js';
import type { QueryResult, Value } from '../Engine.js';
import type { TextRow } from './AthenaCsvReader.js';
import type { AthenaSession } from './AthenaSession.js';
import { readResultObject } from './readResultObject.js';
import { type AthenaColumn, readValue } from './readValue.js';
import { sendPatiently } from './sendPatiently.js';

const ROWS_A_PAGE = 1000;

/**
 * The rows of a query that succeeded: by pages while there are few, else from the object Athena wrote, which is one
 * request for any size. A workgroup that keeps results to itself has no such object, and is read by pages to the end.
 */
export async function readResult(
  session: AthenaSession,
  queryId: string,
  execution: QueryExecution,
): Promise<QueryResult> {
  const location = execution.ResultConfiguration?.OutputLocation;
  const rows: Value[][] = [];
  let page = await readPage(session, queryId, undefined);
  const columns = columnsOf(page, queryId);
  const names = columns.map(({ name }) => name);
  const add = (row: TextRow) => rows.push(columns.map((column, index) => readValue(column, row[index] ?? null)));
  for (const [index, row] of textRows(page).entries()) {
    // The first page of a SELECT starts with the names, which the documentation does not say: so it is looked at.
    if (index > 0 || !sameTexts(row, names)) add(checkWidth(row, columns, queryId));
  }
  for (let pages = 1; page.NextToken !== undefined; pages += 1) {
    if (pages >= session.settings.pages && location?.endsWith('.csv') === true) {
      rows.length = 0;
      await readResultObject(session, location, names, () => (rows.length = 0), add);
      break;
    }
    page = await readPage(session, queryId, page.NextToken);
    for (const row of textRows(page)) add(checkWidth(row, columns, queryId));
  }
  return { columns: names, rows };
}

function readPage(session: AthenaSession, queryId: string, token: string | undefined): Promise<GetQueryResultsOutput> {
  const command = new GetQueryResultsCommand({
    QueryExecutionId: queryId,
    MaxResults: ROWS_A_PAGE,
    ...(token === undefined ? {} : { NextToken: token }),
  });
  return sendPatiently(session, () => session.athena.send(command, { abortSignal: session.guard.signal }));
}

function columnsOf(page: GetQueryResultsOutput, queryId: string): readonly AthenaColumn[] {
  const columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo;
  if (columns === undefined || columns.length === 0) {
    throw new AppError('READ_FAILED', 'the result has no columns', { where: `Athena query ${queryId}` });
  }
  return columns.map((column: ColumnInfo) => ({
    name: column.Name ?? '',
    type: (column.Type ?? '').toLowerCase().replace(/\s*\([^)]*\)/, ''),
  }));
}

function textRows(page: GetQueryResultsOutput): TextRow[] {
  return (page.ResultSet?.Rows ?? []).map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue ?? null));
}

function checkWidth(row: TextRow, columns: readonly AthenaColumn[], queryId: string): TextRow {
  if (row.length === columns.length) return row;
  throw new AppError('READ_FAILED', 'a row of the result is not whole', {
    where: `Athena query ${queryId}`,
    expected: `${columns.length} values`,
    got: `${row.length}`,
  });
}

function sameTexts(row: TextRow, names: readonly string[]): boolean {
  return row.length === names.length && row.every((text, index) => text === names[index]);
}
