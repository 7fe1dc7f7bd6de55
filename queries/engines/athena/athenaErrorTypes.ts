import type { QueryExecutionStatus } from '@aws-sdk/client-athena';

/** What kind of failure ended a query. */
export type AthenaFailure = 'exhausted' | 'timeout' | 'throttled' | 'permission' | 'missing' | 'statement' | 'engine';

const CATEGORY_USER = 2;
/** Older engines give no AthenaError, or a general one: the text of the reason then is all there is. */
const REASONS: readonly (readonly [RegExp, AthenaFailure])[] = [
  [/exhausted resources|EXCEEDED_\w*MEMORY_LIMIT/i, 'exhausted'],
  [/query timeout|EXCEEDED_TIME_LIMIT/i, 'timeout'],
  [/access denied|not authorized|PERMISSION_DENIED|insufficient.*permission/i, 'permission'],
  [/(TABLE|SCHEMA|CATALOG)_NOT_FOUND|does not exist/i, 'missing'],
  [
    /SYNTAX_ERROR|TYPE_MISMATCH|(COLUMN|FUNCTION)_NOT_FOUND|CONSTRAINT_VIOLATION|DIVISION_BY_ZERO|INVALID_\w+/,
    'statement',
  ],
];

/**
 * Reads the ErrorType of Athena's error catalogue: 0-8 ran out of resources, 206 and 210 timed out, 14xx throttled, 15xx
 * permission, 1108, 1109 and 13xx something not found. The other numbers say little: the reason decides, then the
 * category, 2 being the user's.
 */
export function athenaFailure(status: QueryExecutionStatus | undefined): AthenaFailure {
  const type = status?.AthenaError?.ErrorType ?? -1;
  if (type >= 0 && type <= 8) return 'exhausted';
  if (type === 206 || type === 210) return 'timeout';
  if (type >= 1400 && type < 1500) return 'throttled';
  if (type >= 1500 && type < 1600) return 'permission';
  if (type === 1108 || type === 1109 || (type >= 1300 && type < 1400)) return 'missing';
  const reason = reasonOf(status);
  const told = REASONS.find(([pattern]) => pattern.test(reason));
  if (told !== undefined) return told[1];
  return status?.AthenaError?.ErrorCategory === CATEGORY_USER ? 'statement' : 'engine';
}

/** What Athena says about the end of a query. */
export function reasonOf(status: QueryExecutionStatus | undefined): string {
  return status?.StateChangeReason ?? status?.AthenaError?.ErrorMessage ?? 'no reason given';
}

/**
 * Whether a failed statement is worth starting again. Athena's own flag decides, except for what ran out of resources or
 * time: the same statement does so again, and is read, and may be billed, again.
 */
export function isWorthAnotherStart(status: QueryExecutionStatus): boolean {
  const failure = athenaFailure(status);
  if (failure === 'exhausted' || failure === 'timeout') return false;
  return status.AthenaError?.Retryable ?? failure === 'throttled';
}
