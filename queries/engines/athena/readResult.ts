import {
  type ColumnInfo,
  GetQueryResultsCommand,
  type GetQueryResultsOutput,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { AppError } from '../../../model/index.js';
import type { Value } from '../Engine.js';
import type { TextRow } from './AthenaCsvReader.js';
import type { AthenaSession } from './AthenaSession.js';
import { readResultObject } from './readResultObject.js';
import { type AthenaColumn, readValue } from './readValue.js';
import { sendPatiently } from './sendPatiently.js';

const ROWS_A_PAGE = 1000;

/** A result as it comes. */
export interface AthenaResult {
  readonly columns: readonly string[];
  /** As SQL writes them, in lower case. */
  readonly types: readonly string[];
  readonly batches: AsyncGenerator<readonly (readonly Value[])[]>;
}

/**
 * The rows of a query that succeeded: by pages while there are few, else from the object Athena wrote, which is one
 * request for any size. A workgroup that keeps results to itself has no such object, and is read by pages to the end.
 */
export async function readResult(
  session: AthenaSession,
  queryId: string,
  execution: QueryExecution,
): Promise<AthenaResult> {
  const first = await readPage(session, queryId, undefined);
  const columns = columnsOf(first, queryId);
  return {
    columns: columns.map(({ name }) => name),
    types: columns.map(({ sqlType }) => sqlType),
    batches: batchesOf(session, queryId, { first, columns, location: execution.ResultConfiguration?.OutputLocation }),
  };
}

interface ResultColumn extends AthenaColumn {
  readonly sqlType: string;
}

interface Opened {
  readonly first: GetQueryResultsOutput;
  readonly columns: readonly ResultColumn[];
  readonly location: string | undefined;
}

async function* batchesOf(session: AthenaSession, queryId: string, opened: Opened): AsyncGenerator<Value[][]> {
  const { first, columns, location } = opened;
  const names = columns.map(({ name }) => name);
  const read = (row: TextRow): Value[] => columns.map((column, index) => readValue(column, row[index] ?? null));
  const rowsOf = (page: GetQueryResultsOutput): TextRow[] =>
    textRows(page).map((row) => checkWidth(row, columns, queryId));
  // The first page of a SELECT starts with the names, which the documentation does not say: so it is looked at.
  const held = rowsOf(first);
  if (held[0] !== undefined && sameTexts(held[0], names)) held.shift();
  let token = first.NextToken;
  for (let pages = 1; token !== undefined && pages < session.settings.pages; pages += 1) {
    const page = await readPage(session, queryId, token);
    held.push(...rowsOf(page));
    token = page.NextToken;
  }
  if (token !== undefined && location?.endsWith('.csv') === true) {
    for await (const rows of readResultObject(session, { location, names })) yield rows.map(read);
    return;
  }
  yield held.map(read);
  while (token !== undefined) {
    const page = await readPage(session, queryId, token);
    yield rowsOf(page).map(read);
    token = page.NextToken;
  }
}

function readPage(session: AthenaSession, queryId: string, token: string | undefined): Promise<GetQueryResultsOutput> {
  const command = new GetQueryResultsCommand({
    QueryExecutionId: queryId,
    MaxResults: ROWS_A_PAGE,
    ...(token === undefined ? {} : { NextToken: token }),
  });
  return sendPatiently(session, () => session.athena.send(command, { abortSignal: session.guard.signal }));
}

function columnsOf(page: GetQueryResultsOutput, queryId: string): readonly ResultColumn[] {
  const columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo;
  if (columns === undefined || columns.length === 0) {
    throw new AppError('READ_FAILED', 'the result has no columns', { where: `Athena query ${queryId}` });
  }
  return columns.map((column: ColumnInfo) => {
    const type = (column.Type ?? '').toLowerCase().replace(/\s*\([^)]*\)/, '');
    const sqlType = type === 'decimal' ? `decimal(${column.Precision ?? 38},${column.Scale ?? 0})` : type;
    return { name: column.Name ?? '', type, sqlType };
  });
}

function textRows(page: GetQueryResultsOutput): TextRow[] {
  return (page.ResultSet?.Rows ?? []).map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue ?? null));
}

function checkWidth(row: TextRow, columns: readonly ResultColumn[], queryId: string): TextRow {
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
