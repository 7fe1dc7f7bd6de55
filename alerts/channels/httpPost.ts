import { beginningOf, messageOf, neverSent, retryAfterMs, systemCode } from '../../model/index.js';
import type { SendOutcome } from './Channel.js';

/** A request that tells something. */
export interface HttpPost {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** An answer, with the beginning of what it says. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** What `Retry-After` asks for, milliseconds from now. */
  readonly afterMs: number | undefined;
}

/** Of an answer only so much is read: a receiver must not be able to fill the memory. */
const MOST_READ = 4096;

/**
 * Posts once, with a time limit. A redirect is not followed: what is sent is signed, and meant for
 * the address that stands in the configuration.
 *
 * @param now epoch milliseconds, for a `Retry-After` that is a date
 * @returns the answer, or the outcome when none came
 */
export async function httpPost(post: HttpPost, now: () => number): Promise<HttpAnswer | SendOutcome> {
  try {
    const response = await fetch(post.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'user-agent': 'tenantscope', ...post.headers },
      body: post.body,
      signal: AbortSignal.timeout(post.timeoutMs),
    });
    const afterMs = retryAfterMs(response.headers.get('retry-after'), now());
    return { status: response.status, text: await beginningOf(response, MOST_READ), afterMs };
  } catch (error) {
    return unanswered(error, post.timeoutMs);
  }
}

/** True for an answer, false for the outcome of none. */
export function isAnswer(of: HttpAnswer | SendOutcome): of is HttpAnswer {
  return 'status' in of;
}

/** What an answer means where the receiver has no rule of its own: 2xx arrived, 408, 425, 429 and 5xx may pass, others will not. */
export function outcomeOf(answer: HttpAnswer, receipt: string): SendOutcome {
  const { status, text, afterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent', receipt };
  const reason = `HTTP ${status}${text === '' ? '' : `: ${text.replace(/\s+/g, ' ').slice(0, 200)}`}`;
  if (![408, 425, 429].includes(status) && status < 500) return { kind: 'rejected', reason };
  // 504: something in between gave up waiting; what stands behind it may have it.
  return { kind: 'retry', reason, unknown: status === 504, ...(afterMs === undefined ? {} : { afterMs }) };
}

function unanswered(error: unknown, timeoutMs: number): SendOutcome {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { kind: 'retry', reason: `no answer within ${timeoutMs / 1000} s`, unknown: true };
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = systemCode(cause);
  // Node's own message of a URL it cannot read has the URL in it, and the URL may be the secret.
  if (code === 'ERR_INVALID_URL') return { kind: 'rejected', reason: 'the address is not a URL (not shown)' };
  const reason = code === undefined ? messageOf(cause) : `${code}: ${messageOf(cause)}`;
  return { kind: 'retry', reason, unknown: !neverSent(cause) };
}
