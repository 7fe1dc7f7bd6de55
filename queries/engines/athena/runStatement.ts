import { randomUUID } from 'node:crypto';
import type { QueryExecution } from '@aws-sdk/client-athena';
import type { AthenaSession } from './AthenaSession.js';
import { isWorthAnotherStart } from './athenaErrorTypes.js';
import { awaitStatement } from './awaitStatement.js';
import { failedQuery, scannedText, stoppedQuery } from './failedQuery.js';
import { Stopped } from './Guard.js';
import { refusedCall } from './refusedCall.js';
import { startStatement } from './startStatement.js';
import { stopStatement } from './stopStatement.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** A query and what Athena last said of it. */
export interface SeenQuery {
  readonly queryId: string;
  readonly execution: QueryExecution;
}

/** Runs one statement until it has succeeded: starts it, waits, starts it again if its failure passes. */
export async function runStatement(
  session: AthenaSession,
  sql: string,
  seen: (query: SeenQuery) => void,
): Promise<SeenQuery> {
  const { settings, guard } = session;
  const key = settings.attemptKey ?? randomUUID();
  try {
    for (let attempt = 0; ; attempt += 1) {
      guard.check();
      const queryId = await startStatement(session, sql, `${key}/${attempt}`);
      const execution = await watch(session, queryId, seen);
      const { Status: status } = execution;
      if (status?.State === 'SUCCEEDED') return { queryId, execution };
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
  seen: (query: SeenQuery) => void,
): Promise<QueryExecution> {
  let last: QueryExecution | undefined;
  try {
    return await awaitStatement(session, queryId, (execution) => {
      last = execution;
      seen({ queryId, execution });
    });
  } catch (error) {
    // Whatever ended the waiting: a query nobody will read must not go on costing.
    const now = (await stopStatement(session, queryId)) ? 'stopped' : 'running';
    const scanned = scannedText(last, session.settings.usdPerTb);
    if (error instanceof Stopped) throw stoppedQuery(error.reason, { id: queryId, scanned, now });
    throw refusedCall(error, { call: 'GetQueryExecution', settings: session.settings, queryId, scanned });
  }
}
