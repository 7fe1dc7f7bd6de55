import type { QueryExecutionStatus } from '@aws-sdk/client-athena';

/** What kind of failure ended a query. */
export type AthenaFailure =
  | 'exhausted'
  | 'timeout'
  | 'throttled'
  | 'capacity'
  | 'versions'
  | 'permission'
  | 'key'
  | 'missing'
  | 'statement'
  | 'data'
  | 'results'
  | 'metastore'
  | 'cancelled'
  | 'engine';

/**
 * The ErrorTypes of Athena's error catalogue whose number says what happened (docs.aws.amazon.com, "Athena error catalog").
 * The others are internal errors, or say no more than their category.
 */
const TYPES: ReadonlyMap<number, AthenaFailure> = new Map(
  (
    [
      ['exhausted', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
      ['metastore', [204]],
      ['timeout', [206, 210]],
      ['permission', [234, 1500, 1501]],
      ['results', [238, 401, 402]],
      ['data', [1001, 1002, 1004, 1005, 1007]],
      ['statement', [1006, 1008, 1100, 1101, 1103, 1106, 1107, 1108, 1200, 1201, 1202, 1303]],
      ['cancelled', [1011, 1014]],
      ['missing', [1109, 1110, 1300, 1301, 1302, 1306, 1307]],
      ['throttled', [1400, 1401, 1403, 1404, 1405, 1406]],
      ['versions', [1402]],
      ['capacity', [1602]],
    ] as const
  ).flatMap(([failure, types]) => types.map((type) => [type, failure] as const)),
);

const CATEGORY_USER = 2;

/** Older engines give no AthenaError, or a general one: the text of the reason then is all there is. */
const REASONS: readonly (readonly [RegExp, AthenaFailure])[] = [
  [/exhausted resources|EXCEEDED_\w*MEMORY_LIMIT/i, 'exhausted'],
  [/query timeout|EXCEEDED_TIME_LIMIT/i, 'timeout'],
  [/\bkms\b|customer master key|ciphertext/i, 'key'],
  [/access denied|not authorized|PERMISSION_DENIED|insufficient.*permission/i, 'permission'],
  [/SlowDown|reduce your request rate|throttl|rate exceeded/i, 'throttled'],
  [/(TABLE|SCHEMA|CATALOG)_NOT_FOUND|does not exist|NoSuchBucket/i, 'missing'],
  [/HIVE_METASTORE_ERROR|^MetaException/i, 'metastore'],
  [
    /HIVE_(BAD_DATA|CURSOR_ERROR|CANNOT_OPEN_SPLIT|PARTITION_SCHEMA_MISMATCH|INVALID_METADATA)|ICEBERG_BAD_DATA/,
    'data',
  ],
  [
    /SYNTAX_ERROR|TYPE_MISMATCH|(COLUMN|FUNCTION)_NOT_FOUND|CONSTRAINT_VIOLATION|DIVISION_BY_ZERO|NOT_SUPPORTED|INVALID_\w+/,
    'statement',
  ],
];

/**
 * What ended a query, by its ErrorType; a type that blames the statement or says nothing is asked for its reason first,
 * then for its category. A type of another number than the catalogue's is read by its hundred.
 */
export function athenaFailure(status: QueryExecutionStatus | undefined): AthenaFailure {
  const type = status?.AthenaError?.ErrorType;
  const byType = type === undefined ? undefined : (TYPES.get(type) ?? byHundred(type));
  if (byType !== undefined && byType !== 'statement') return byType;
  const reason = reasonOf(status);
  const told = REASONS.find(([pattern]) => pattern.test(reason))?.[1];
  if (told !== undefined) return told;
  return byType ?? (status?.AthenaError?.ErrorCategory === CATEGORY_USER ? 'statement' : 'engine');
}

function byHundred(type: number): AthenaFailure | undefined {
  if (type >= 1400 && type < 1500) return 'throttled';
  if (type >= 1500 && type < 1600) return 'permission';
  return undefined;
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
