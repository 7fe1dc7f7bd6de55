import type { AthenaSession } from './AthenaSession.js';
import { isTransient } from './isTransient.js';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 20_000;

/**
 * Sends a call again, with growing waits, as long as what failed may pass. Every call it is used for is safe to repeat:
 * reads, and the start of a query, whose token makes the second start the first one.
 */
export async function sendPatiently<T>(session: AthenaSession, call: () => Promise<T>): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    session.guard.check();
    try {
      return await call();
    } catch (error) {
      await waitOrThrow(session, error, turn);
    }
  }
}

/** Waits after the `turn`th failure, counted from 0, if the same may well succeed then; else throws it. */
export async function waitOrThrow({ guard, settings }: AthenaSession, error: unknown, turn: number): Promise<void> {
  guard.check();
  if (!isTransient(error) || turn + 1 >= settings.callAttempts) throw error;
  await guard.backOff(turn, FIRST_WAIT_MS, LONGEST_WAIT_MS);
}
