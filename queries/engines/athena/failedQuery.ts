import type { QueryExecution } from '@aws-sdk/client-athena';
import { AppError, type ErrorCode } from '../../../model/index.js';
import { bytesScannedBy, picodollarsOf, usdText } from './AthenaStatistics.js';
import { type AthenaFailure, athenaFailure, reasonOf } from './athenaErrorTypes.js';
import type { StopReason } from './Guard.js';

const SHOW = 'see the statement with: tenantscope report show NAME';
const SHORTER = 'ask for a shorter window or fewer tenants';
const CANCELLED = [
  'ENGINE_UNAVAILABLE',
  'the query was cancelled',
  'somebody stopped it in the workgroup; run it again',
] as const;
const MEANINGS: Readonly<Record<AthenaFailure, readonly [ErrorCode, string, string]>> = {
  exhausted: ['ENGINE_UNAVAILABLE', 'the query ran out of resources', SHORTER],
  timeout: ['TIMED_OUT', 'the query ran into the time limit of Athena', SHORTER],
  throttled: ['ENGINE_BUSY', 'the query was throttled', 'try again later, or run fewer statements at once'],
  capacity: [
    'ENGINE_BUSY',
    "the workgroup's reserved capacity does not suffice",
    'try again later, or give its capacity reservation more DPUs',
  ],
  versions: [
    'ENGINE_UNAVAILABLE',
    'a table has too many versions in Glue',
    'delete old ones: aws glue batch-delete-table-version',
  ],
  permission: [
    'PERMISSION_DENIED',
    'the query may not read what it names',
    'the role needs the table in Glue or Lake Formation, and its objects in S3; docs/athena.md lists the actions',
  ],
  key: [
    'PERMISSION_DENIED',
    'the query may not use a key of KMS',
    'the role needs kms:Decrypt on the key of the lake and kms:GenerateDataKey on that of the results, and both enabled',
  ],
  missing: [
    'ENGINE_UNAVAILABLE',
    'the query names something that is not there',
    'check the database, and that its tables are deployed; docs/athena.md lists them',
  ],
  statement: ['ENGINE_UNAVAILABLE', 'Athena refuses the statement', SHOW],
  data: [
    'READ_FAILED',
    'an object of a table is not what the table declares',
    'the reason names it; docs/tables.md has the columns. What is not part of the lake must not lie under its prefix',
  ],
  results: [
    'ENGINE_UNAVAILABLE',
    'Athena could not write the result',
    'check the place for results in the workgroup: the bucket, s3:PutObject on it, and kms:GenerateDataKey on its key',
  ],
  metastore: [
    'ENGINE_UNAVAILABLE',
    'the metastore behind Athena failed',
    'try again; if it stays, see whether Glue answers: aws glue get-tables',
  ],
  cancelled: CANCELLED,
  engine: [
    'ENGINE_UNAVAILABLE',
    'the query failed inside Athena',
    'try again; if it stays, give the query id to AWS support',
  ],
};

/** What a query had read and cost, in words for an error. */
export function scannedText(execution: QueryExecution | undefined, usdPerTb: number): string {
  if (execution === undefined) return 'nothing is known of what it scanned';
  return `scanned ${bytesScannedBy(execution)} bytes (${usdText(picodollarsOf(execution, usdPerTb))} USD)`;
}

/** The error of a query that ended as FAILED or CANCELLED. */
export function failedQuery(queryId: string, execution: QueryExecution, usdPerTb: number): AppError {
  const status = execution.Status;
  const reason = reasonOf(status);
  const [code, summary, hint] =
    status?.State === 'CANCELLED' ? cancelled(reason) : failed(reason, athenaFailure(status));
  const error = status?.AthenaError;
  const numbers =
    error === undefined ? '' : ` [category ${error.ErrorCategory ?? '?'}, type ${error.ErrorType ?? '?'}]`;
  return new AppError(code, summary, {
    where: `Athena query ${queryId}`,
    got: `${reason}${numbers}; ${scannedText(execution, usdPerTb)}`,
    hint,
  });
}

/** A query that was given up, and what became of it. */
export interface GivenUpQuery {
  readonly id: string;
  readonly scanned: string;
  /** `stopped`: Athena was told so. `running`: that failed. `ended`: only its result was not read to the end. */
  readonly now: 'stopped' | 'running' | 'ended';
}

/** The error of a query that was given up by this side. */
export function stoppedQuery(reason: StopReason, query: GivenUpQuery | undefined): AppError {
  const [code, summary] =
    reason === 'interrupted'
      ? (['INTERRUPTED', 'the query was interrupted'] as const)
      : (['TIMED_OUT', 'the query took longer than its deadline'] as const);
  if (query === undefined) return new AppError(code, `${summary}; none is running`);
  return new AppError(code, `${summary}; ${query.scanned} when last asked`, {
    where: `Athena query ${query.id}`,
    hint: whatBecame(query),
  });
}

function whatBecame({ id, now }: GivenUpQuery): string {
  if (now === 'stopped') return 'it was stopped; what it had read is billed';
  if (now === 'ended') return `it had ended and is billed; its result is kept: tenantscope report fetch ${id}`;
  return `it could not be stopped and may still run: aws athena stop-query-execution --query-execution-id ${id}`;
}

function cancelled(reason: string): readonly [ErrorCode, string, string] {
  if (/bytes scanned limit/i.test(reason)) {
    return [
      'PERMISSION_DENIED',
      "the workgroup's limit on scanned bytes stopped the query",
      `what it had read is billed; ${SHORTER}, or raise BytesScannedCutoffPerQuery of the workgroup`,
    ];
  }
  return CANCELLED;
}

function failed(reason: string, failure: AthenaFailure): readonly [ErrorCode, string, string] {
  if (/injected projected partition column/i.test(reason)) {
    return [
      'ENGINE_UNAVAILABLE',
      'Athena refuses the statement',
      'it must compare tenant_id with one literal or a list of them; a join or a subquery does not count',
    ];
  }
  return MEANINGS[failure];
}
