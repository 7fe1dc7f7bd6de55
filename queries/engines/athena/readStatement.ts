import type { QueryResult, StreamedResult, Value } from '../QueryResult.js';
import type { AthenaSession } from './AthenaSession.js';
import { factsOf } from './AthenaStatistics.js';
import { scannedText, stoppedQuery } from './failedQuery.js';
import { Stopped } from './Guard.js';
import { type AthenaResult, readResult } from './readResult.js';
import { refusedCall } from './refusedCall.js';
import type { SeenQuery } from './runStatement.js';

type Rows = readonly (readonly Value[])[];

/** The whole result of a query that succeeded. */
export async function readStatement(session: AthenaSession, query: SeenQuery): Promise<QueryResult> {
  const { columns, types, batches } = await opened(session, query);
  const rows: (readonly Value[])[] = [];
  for await (const batch of named(session, query, batches)) for (const row of batch) rows.push(row);
  return { columns, types, rows, facts: factsOf(query.queryId, query.execution, session.settings.usdPerTb) };
}

/** The result of a query that succeeded, as it comes. */
export async function streamStatement(session: AthenaSession, query: SeenQuery): Promise<StreamedResult> {
  const { columns, types, batches } = await opened(session, query);
  const facts = factsOf(query.queryId, query.execution, session.settings.usdPerTb);
  return { columns, types, batches: named(session, query, batches), facts: () => facts };
}

async function opened(session: AthenaSession, query: SeenQuery): Promise<AthenaResult> {
  try {
    return await readResult(session, query.queryId, query.execution);
  } catch (error) {
    throw unread(session, query, error);
  }
}

async function* named(session: AthenaSession, query: SeenQuery, batches: AsyncIterable<Rows>): AsyncGenerator<Rows> {
  try {
    yield* batches;
  } catch (error) {
    throw unread(session, query, error);
  }
}

/** The error of a result that could not be read, with its query and what that had cost. */
function unread(session: AthenaSession, { queryId, execution }: SeenQuery, error: unknown): unknown {
  const { settings } = session;
  const scanned = scannedText(execution, settings.usdPerTb);
  if (error instanceof Stopped) return stoppedQuery(error.reason, { id: queryId, scanned, now: 'ended' });
  return refusedCall(error, { call: 'reading the result', settings, queryId, scanned });
}
