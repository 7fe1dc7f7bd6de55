const THROTTLED: ReadonlySet<string> = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestLimitExceeded',
  'SlowDown',
  'BandwidthLimitExceeded',
]);
const PASSING: ReadonlySet<string> = new Set([
  'InternalServerException',
  'InternalServerError',
  'InternalFailure',
  'InternalError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
]);
const NETWORK: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** The name AWS gave an error, or what the operating system called it. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Whether AWS asks for fewer calls. */
export function isThrottled(error: unknown): boolean {
  return THROTTLED.has(errorName(error)) || statusOf(error) === 429;
}

/** Whether the same call may well succeed a little later. What the caller did wrong never does, and is not sent again. */
export function isTransient(error: unknown): boolean {
  if (isThrottled(error) || PASSING.has(errorName(error))) return true;
  if ((statusOf(error) ?? 0) >= 500) return true;
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && NETWORK.has(code);
}

function statusOf(error: unknown): number | undefined {
  const metadata = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)?.$metadata;
  return metadata?.httpStatusCode;
}
