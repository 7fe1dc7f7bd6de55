import { AppError, messageOf } from '../../model/index.js';

/**
 * Errors a retry can mend, as the service models of Kinesis and Firehose name them. Everything else that comes from the
 * service is final; what comes from the network on the way is tried again.
 */
const TRANSIENT: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'InternalFailure',
  'InternalFailureException',
  'InternalServerError',
  'ServiceUnavailableException',
  'ServiceUnavailable',
  'SlowDown',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  'ConcurrentModificationException',
]);

const CREDENTIALS: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'CredentialsProviderError',
]);

const REFUSED: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'NotAuthorizedException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'KMSOptInRequired',
  'OptInRequired',
  'InvalidKMSResourceException',
]);

/**
 * The code of an error that may be tried again. Throws AppError for any other: PERMISSION_DENIED for credentials and
 * policies, INPUT_INVALID for a request the service calls wrong, ENGINE_UNAVAILABLE for a stream that does not exist.
 *
 * @param what the service and resource, as a noun for the message
 */
export function judgeAwsError(error: unknown, what: string): string {
  const name = error instanceof Error ? error.name : '';
  if (TRANSIENT.has(name)) return name;
  const details = { got: `${name}: ${messageOf(error).slice(0, 300)}`, cause: error };
  if (CREDENTIALS.has(name)) {
    throw new AppError('PERMISSION_DENIED', `${what}: the AWS credentials are missing, wrong or expired`, {
      ...details,
      hint: 'sign in again (aws sso login), or check AWS_PROFILE and the role of this process, then run it again',
    });
  }
  if (REFUSED.has(name)) {
    throw new AppError('PERMISSION_DENIED', `${what}: AWS refused the call`, {
      ...details,
      hint: 'the role needs this action on this resource, and the use of its KMS key (GenerateDataKey to write, Decrypt to read)',
    });
  }
  if (name === 'ResourceNotFoundException') {
    throw new AppError('ENGINE_UNAVAILABLE', `${what} does not exist in this account and region`, {
      ...details,
      hint: 'check the name, AWS_REGION and the account; list them with: aws kinesis list-streams / aws firehose list-delivery-streams',
    });
  }
  if (isServiceError(error)) {
    const status = error.$metadata.httpStatusCode ?? 0;
    if (status >= 500 || status === 429) return name === '' ? `Http${status}` : name;
    throw new AppError('INPUT_INVALID', `${what} did not take the request`, details);
  }
  // No answer of the service at all: a reset, a timeout, a name that did not resolve just now.
  if (isNetworkError(error)) return name === 'Error' || name === '' ? 'NetworkError' : name;
  throw error;
}

function isServiceError(error: unknown): error is { readonly $metadata: { readonly httpStatusCode?: number } } {
  if (typeof error !== 'object' || error === null || !('$fault' in error) || !('$metadata' in error)) return false;
  return typeof error.$metadata === 'object' && error.$metadata !== null;
}

const NETWORK_CODES: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ERR_HTTP2_STREAM_ERROR',
]);

function isNetworkError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && NETWORK_CODES.has(error.code);
}
