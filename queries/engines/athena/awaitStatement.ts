import { GetQueryExecutionCommand, type QueryExecution } from '@aws-sdk/client-athena';
import { AppError } from '../../../model/index.js';
import type { AthenaSession } from './AthenaSession.js';
import { sendPatiently } from './sendPatiently.js';

const FIRST_POLL_MS = 200;
const LONGEST_POLL_MS = 5_000;
const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/**
 * Asks until the query has ended, well or badly. RUNNING can go back to QUEUED, so only the three last states count, and
 * one this version does not know is waited through, up to the deadline.
 */
export async function awaitStatement(
  session: AthenaSession,
  queryId: string,
  seen: (execution: QueryExecution) => void,
): Promise<QueryExecution> {
  for (let turn = 0; ; turn += 1) {
    const execution = await askStatement(session, queryId);
    seen(execution);
    if (ENDED.has(execution.Status?.State ?? '')) return execution;
    await session.guard.backOff(turn, FIRST_POLL_MS, LONGEST_POLL_MS);
  }
}

/** What Athena says of a query now; it always names a state. */
export async function askStatement(session: AthenaSession, queryId: string): Promise<QueryExecution> {
  const { athena, guard } = session;
  const command = new GetQueryExecutionCommand({ QueryExecutionId: queryId });
  const answer = await sendPatiently(session, () => athena.send(command, { abortSignal: guard.signal }));
  const execution = answer.QueryExecution;
  if (execution?.Status?.State !== undefined) return execution;
  throw new AppError('ENGINE_UNAVAILABLE', 'Athena answered without the state of the query', {
    where: `Athena query ${queryId}`,
  });
}
