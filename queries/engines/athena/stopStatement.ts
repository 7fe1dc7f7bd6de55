import { StopQueryExecutionCommand } from '@aws-sdk/client-athena';
import type { AthenaSession } from './AthenaSession.js';
import { isTransient } from './isTransient.js';

const TRIES = 3;
const WAIT_MS = 500;

/** Tells Athena to stop a query nobody waits for any more. False when that failed: the query may run on, and cost. */
export async function stopStatement(session: AthenaSession, queryId: string): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      // Without the guard's signal, which is already raised when this is called.
      await session.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId }));
      return true;
    } catch (error) {
      if (!isTransient(error) || tries === TRIES) return false;
      await session.guard.pause(WAIT_MS);
    }
  }
}
