import { systemCode } from '../errors/AppError.js';

/** Errors of a connection that was never made, as Node's resolver, its sockets and undici name them. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * True when a failed call certainly sent nothing, so that the same call again cannot arrive twice. A reset or a timeout after the
 * connection stood is not among them.
 *
 * @param error what the call threw, or its cause
 */
export function neverSent(error: unknown): boolean {
  return NEVER_SENT.has(systemCode(error) ?? '');
}
