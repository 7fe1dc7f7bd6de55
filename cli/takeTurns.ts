import { setImmediate as nextTurn } from 'node:timers/promises';

/** So long at most a computation runs before it lets others on, milliseconds: Ctrl-C is answered as fast, as are requests of `serve`. */
const TURN_MS = 50;

/**
 * What a long computation awaits between two parts of its work: lets signals, timers and requests on when it has run for a while, and
 * throws the signal's reason once that was given. It changes nothing of what is computed.
 */
export function takeTurns(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since >= TURN_MS) {
      await nextTurn();
      since = performance.now();
    }
    signal.throwIfAborted();
  };
}
