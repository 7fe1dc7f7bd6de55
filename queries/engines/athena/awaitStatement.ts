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
  const { athena, guard } = session;
  const command = new GetQueryExecutionCommand({ QueryExecutionId: queryId });
  for (let turn = 0; ; turn += 1) {
    const answer = await sendPatiently(session, () => athena.send(command, { abortSignal: guard.signal }));
    const execution = answer.QueryExecution;
    const state = execution?.Status?.State;
    if (execution === undefined || state === undefined) {
      throw new AppError('ENGINE_UNAVAILABLE', 'Athena answered without the state of the query', {
        where: `Athena query ${queryId}`,
      });
    }
    seen(execution);
    if (ENDED.has(state)) return execution;
    await guard.backOff(turn, FIRST_POLL_MS, LONGEST_POLL_MS);
  }
}
