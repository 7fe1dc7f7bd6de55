import { AppError, messageOf } from '../../../model/index.js';

/** What the client uses of the outside world. */
export interface TrinoTransport {
  readonly fetch: typeof globalThis.fetch;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** Waits; ends early when the signal is given. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** One request to a Trino server. */
export interface TrinoRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Sent again while the server is away: only for what the server answers alike however often it is asked. */
  readonly repeatable: boolean;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** A coordinator behind a restarting proxy is back within this; a client that waits longer only hides that it is not. */
const GIVE_UP_AFTER_MS = 60_000;
const AWAY = new Set([502, 503, 504]);

/** Sends a request and returns the text of its 200 answer. Throws ENGINE_UNAVAILABLE with the server's status or the network's error. */
export async function sendTrinoRequest(transport: TrinoTransport, request: TrinoRequest): Promise<string> {
  const giveUpAt = transport.clock() + GIVE_UP_AFTER_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const outcome = await attempt(transport, request);
    if (typeof outcome === 'string') return outcome;
    const again = request.repeatable && outcome.away && request.signal?.aborted !== true;
    if (!again || transport.clock() + wait > giveUpAt) throw outcome.error;
    await transport.sleep(wait);
  }
}

interface Failure {
  readonly away: boolean;
  readonly error: AppError;
}

async function attempt(transport: TrinoTransport, request: TrinoRequest): Promise<string | Failure> {
  const { url, method, headers, body, signal } = request;
  try {
    const response = await transport.fetch(url, {
      method,
      headers: { ...headers },
      // A redirect would send the user's name and statement to a host nobody named.
      redirect: 'error',
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    if (response.ok) return text;
    const got = `HTTP ${response.status} ${text.slice(0, 200)}`.trim();
    return { away: AWAY.has(response.status), error: unavailable(url, got) };
  } catch (error) {
    // fetch says only "fetch failed"; what failed is its cause.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { away: true, error: unavailable(url, messageOf(cause), error) };
  }
}

function unavailable(url: string, got: string, cause?: unknown): AppError {
  return new AppError('ENGINE_UNAVAILABLE', 'Trino does not answer', {
    where: new URL(url).origin,
    got,
    hint: 'check --trino-url, and that the server is up',
    ...(cause === undefined ? {} : { cause }),
  });
}
