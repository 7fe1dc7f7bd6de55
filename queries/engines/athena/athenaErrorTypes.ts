import type { AthenaError } from '@aws-sdk/client-athena';

/** What kind of failure an `AthenaError` is, by its ErrorType. */
export type AthenaFailure = 'exhausted' | 'timeout' | 'throttled' | 'permission' | 'missing' | 'statement' | 'engine';

const CATEGORY_USER = 2;

/**
 * Reads the ErrorType of Athena's error catalogue: 0-8 ran out of resources, 206 and 210 timed out, 14xx throttled, 15xx
 * permission, 1108, 1109 and 13xx something not found; the other numbers by their category, 2 being the user's.
 */
export function athenaFailure(error: AthenaError | undefined): AthenaFailure {
  const type = error?.ErrorType ?? -1;
  if (type >= 0 && type <= 8) return 'exhausted';
  if (type === 206 || type === 210) return 'timeout';
  if (type >= 1400 && type < 1500) return 'throttled';
  if (type >= 1500 && type < 1600) return 'permission';
  if (type === 1108 || type === 1109 || (type >= 1300 && type < 1400)) return 'missing';
  return error?.ErrorCategory === CATEGORY_USER ? 'statement' : 'engine';
}

/**
 * Whether the statement is worth starting again. Athena's own flag decides, except for what ran out of resources or time:
 * the same statement does so again, and is read, and may be billed, again.
 */
export function isWorthAnotherStart(error: AthenaError | undefined): boolean {
  const failure = athenaFailure(error);
  if (failure === 'exhausted' || failure === 'timeout') return false;
  return error?.Retryable ?? failure === 'throttled';
}
