import { randomUUID } from 'node:crypto';
import type { QueryExecution } from '@aws-sdk/client-athena';
import type { QueryResult } from '../Engine.js';
import type { AthenaSession } from './AthenaSession.js';
import { isWorthAnotherStart } from './athenaErrorTypes.js';
import { awaitStatement } from './awaitStatement.js';
import { failedQuery, scannedText, stoppedQuery } from './failedQuery.js';
import { Stopped } from './Guard.js';
import { readResult } from './readResult.js';
import { refusedCall } from './refusedCall.js';
import { startStatement } from './startStatement.js';
import { stopStatement } from './stopStatement.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Runs one statement to its rows: starts it, waits, starts it again if its failure passes, reads the result. */
export async function runStatement(
  session: AthenaSession,
  sql: string,
  seen: (queryId: string, execution: QueryExecution) => void,
): Promise<QueryResult> {
  const { settings, guard } = session;
  const key = settings.attemptKey ?? randomUUID();
  try {
    for (let attempt = 0; ; attempt += 1) {
      guard.check();
      const queryId = await startStatement(session, sql, `${key}/${attempt}`);
      const execution = await watch(session, queryId, seen);
      const { Status: status } = execution;
      if (status?.State === 'SUCCEEDED') return await read(session, queryId, execution);
      const again = status?.State === 'FAILED' && isWorthAnotherStart(status);
      if (!again || attempt + 1 >= settings.attempts) throw failedQuery(queryId, execution, settings.usdPerTb);
      await guard.backOff(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS);
    }
  } catch (error) {
    throw error instanceof Stopped ? stoppedQuery(error.reason, undefined) : error;
  }
}

async function watch(
  session: AthenaSession,
  queryId: string,
  seen: (queryId: string, execution: QueryExecution) => void,
): Promise<QueryExecution> {
  let last: QueryExecution | undefined;
  try {
    return await awaitStatement(session, queryId, (execution) => {
      last = execution;
      seen(queryId, execution);
    });
  } catch (error) {
    // Whatever ended the waiting: a query nobody will read must not go on costing.
    const stopped = await stopStatement(session, queryId);
    const scanned = scannedText(last, session.settings.usdPerTb);
    if (error instanceof Stopped) throw stoppedQuery(error.reason, { id: queryId, scanned, stopped });
    throw refusedCall(error, { call: 'GetQueryExecution', settings: session.settings, queryId, scanned });
  }
}

async function read(session: AthenaSession, queryId: string, execution: QueryExecution): Promise<QueryResult> {
  const scanned = scannedText(execution, session.settings.usdPerTb);
  try {
    return await readResult(session, queryId, execution);
  } catch (error) {
    if (error instanceof Stopped) throw stoppedQuery(error.reason, { id: queryId, scanned, stopped: true });
    throw refusedCall(error, { call: 'reading the result', settings: session.settings, queryId, scanned });
  }
}
