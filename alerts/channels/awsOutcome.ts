import { messageOf, neverSent } from '../../model/index.js';
import type { SendOutcome } from './Channel.js';

/** Refusals that pass, by their names: AWS answers some of them with 400. */
const PASSING =
  /Throttl|TooManyRequests|RequestLimitExceeded|ServiceUnavailable|InternalFailure|InternalError|ExpiredToken/;

/**
 * What an error of an AWS client means for a delivery. The client tries once: deliveries have retries of their own, which
 * are counted and survive a restart.
 */
export function awsOutcome(service: string, error: unknown): SendOutcome {
  const status = httpStatusOf(error);
  const name = error instanceof Error ? error.name : '';
  const reason = `${service}: ${name === '' || name === 'Error' ? '' : `${name}: `}${messageOf(error)}`;
  if (status !== undefined && status < 500 && status !== 429 && status !== 408 && !PASSING.test(name))
    return { kind: 'rejected', reason };
  // Without credentials nothing was sent, and a role can be given any minute.
  if (name === 'CredentialsProviderError') return { kind: 'retry', reason, unknown: false };
  return { kind: 'retry', reason, unknown: status === undefined && !neverSent(error) };
}

/** True for the name of a refusal that passes. */
export const isPassing = (code: string): boolean => PASSING.test(code);

function httpStatusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
