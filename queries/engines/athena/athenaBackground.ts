import { randomUUID } from 'node:crypto';
import type { QueryExecution } from '@aws-sdk/client-athena';
import { AppError, messageOf } from '../../../model/index.js';
import type { BackgroundQueries, BackgroundState, BackgroundStatus } from '../BackgroundQueries.js';
import type { QueryResult } from '../QueryResult.js';
import type { AthenaSession } from './AthenaSession.js';
import { factsOf } from './AthenaStatistics.js';
import { reasonOf } from './athenaErrorTypes.js';
import { askStatement } from './awaitStatement.js';
import { failedQuery, stoppedQuery } from './failedQuery.js';
import { Stopped } from './Guard.js';
import { errorName } from './isTransient.js';
import { readStatement } from './readStatement.js';
import { refusedCall } from './refusedCall.js';
import type { SeenQuery } from './runStatement.js';
import { startStatement } from './startStatement.js';
import { stopStatement } from './stopStatement.js';

/** What Athena takes for the id of a query. */
const QUERY_ID = /^[!-~]{1,128}$/;

/**
 * Statements of Athena that are started now and read later. Athena keeps what it knows of a query for 45 days; its result
 * stays as long as its object in S3 does.
 */
export function athenaBackground(open: () => AthenaSession, seen: (query: SeenQuery) => void): BackgroundQueries {
  return {
    start: (sql) => start(open(), sql),
    status: async (queryId) => statusOf(await ask(open(), queryId), open().settings.usdPerTb),
    fetch: async (queryId) => {
      const session = open();
      const query = await ask(session, queryId);
      seen(query);
      return fetchResult(session, query);
    },
  };
}

async function start(session: AthenaSession, sql: string): Promise<string> {
  try {
    session.guard.check();
    const queryId = await startStatement(session, sql, `${session.settings.attemptKey ?? randomUUID()}/0`);
    if (!session.guard.signal.aborted) return queryId;
    // Ctrl-C while it was started: nobody will see its id.
    const now = (await stopStatement(session, queryId)) ? 'stopped' : 'running';
    throw stoppedQuery('interrupted', { id: queryId, scanned: 'nothing is known of what it scanned', now });
  } catch (error) {
    throw error instanceof Stopped ? stoppedQuery(error.reason, undefined) : error;
  }
}

async function ask(session: AthenaSession, queryId: string): Promise<SeenQuery> {
  if (!QUERY_ID.test(queryId)) throw unknown(queryId, 'this is no id of a query');
  try {
    return { queryId, execution: await askStatement(session, queryId) };
  } catch (error) {
    if (error instanceof Stopped) throw stoppedQuery(error.reason, undefined);
    const gone = errorName(error) === 'InvalidRequestException' && /not found|length|pattern/i.test(messageOf(error));
    if (gone) throw unknown(queryId, messageOf(error), error);
    throw refusedCall(error, { call: 'GetQueryExecution', settings: session.settings, queryId });
  }
}

function unknown(queryId: string, got: string, cause?: unknown): AppError {
  return new AppError('INPUT_NOT_FOUND', 'Athena knows no such query', {
    where: `Athena query ${queryId.slice(0, 128)}`,
    expected: 'the id that --no-wait printed',
    got,
    hint: 'check the region and the account; Athena forgets a query after 45 days',
    ...(cause === undefined ? {} : { cause }),
  });
}

function statusOf(query: SeenQuery, usdPerTb: number): BackgroundStatus {
  const { queryId, execution } = query;
  const state = stateOf(execution);
  const { bytesScanned, costUsd, reused } = factsOf(queryId, execution, usdPerTb);
  const { SubmissionDateTime: submitted, CompletionDateTime: completed } = execution.Status ?? {};
  return {
    queryId,
    state,
    sql: execution.Query ?? '',
    ...(state === 'failed' || state === 'cancelled' ? { reason: reasonOf(execution.Status) } : {}),
    ...(bytesScanned === undefined ? {} : { bytesScanned }),
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(reused === undefined ? {} : { reused }),
    ...(submitted === undefined ? {} : { submittedAt: submitted.getTime() }),
    ...(completed === undefined ? {} : { completedAt: completed.getTime() }),
  };
}

const STATES: Readonly<Record<string, BackgroundState>> = {
  QUEUED: 'queued',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

/** A state this version does not know is not an end. */
function stateOf(execution: QueryExecution): BackgroundState {
  return STATES[execution.Status?.State ?? ''] ?? 'running';
}

async function fetchResult(session: AthenaSession, query: SeenQuery): Promise<QueryResult> {
  const { queryId, execution } = query;
  const state = stateOf(execution);
  if (state === 'succeeded') return readStatement(session, query);
  if (state === 'failed' || state === 'cancelled') throw failedQuery(queryId, execution, session.settings.usdPerTb);
  throw new AppError('ENGINE_BUSY', 'the query has not ended yet', {
    where: `Athena query ${queryId}`,
    got: execution.Status?.State ?? '',
    hint: `see how far it is: tenantscope report status ${queryId}`,
  });
}
