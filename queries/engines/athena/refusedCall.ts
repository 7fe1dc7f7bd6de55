import { AppError, type AppErrorDetails, messageOf } from '../../../model/index.js';
import type { AthenaSettings } from './AthenaOptions.js';
import { errorName, isThrottled, isTransient } from './isTransient.js';

/** Which call was refused, and about what. */
export interface RefusedCall {
  readonly call: string;
  readonly settings: Pick<AthenaSettings, 'database' | 'workgroup'>;
  readonly queryId?: string;
  /** What the query had read by then, in words. */
  readonly scanned?: string;
}

const EXPIRED: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const NO_CREDENTIALS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'MissingAuthenticationToken',
]);
const DENIED: ReadonlySet<string> = new Set(['AccessDeniedException', 'AccessDenied', 'Forbidden']);
const MISSING: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'NoSuchKey', 'NoSuchBucket', 'NotFound']);

/** What an error of one call to Athena or S3 means for who asked. */
export function refusedCall(error: unknown, refused: RefusedCall): AppError {
  const scanned = refused.scanned === undefined ? '' : `; ${refused.scanned}`;
  if (error instanceof AppError) return withQuery(error, refused.queryId, scanned);
  const name = errorName(error);
  const details: AppErrorDetails = {
    where: refused.queryId === undefined ? refused.call : `Athena query ${refused.queryId} (${refused.call})`,
    got: `${name || 'an unknown error'}: ${messageOf(error)}${scanned}`,
    cause: error,
  };
  const { workgroup, database } = refused.settings;
  if (EXPIRED.has(name)) {
    return new AppError('PERMISSION_DENIED', 'the AWS credentials have expired', {
      ...details,
      hint: 'sign in again (aws sso login), or fetch new session credentials',
    });
  }
  if (NO_CREDENTIALS.has(name)) {
    return new AppError('PERMISSION_DENIED', 'there are no AWS credentials that are valid', {
      ...details,
      hint: 'set AWS_PROFILE, or sign in; which identity is used: aws sts get-caller-identity',
    });
  }
  if (DENIED.has(name)) {
    return new AppError('PERMISSION_DENIED', 'the role may not do this', {
      ...details,
      hint: `it needs athena:StartQueryExecution, GetQueryExecution, GetQueryResults and StopQueryExecution in workgroup ${workgroup}, and s3:GetObject on its results`,
    });
  }
  if (isThrottled(error)) {
    return new AppError('ENGINE_BUSY', 'Athena asks for fewer calls, and went on doing so', {
      ...details,
      hint: 'try again later, run fewer statements at once, or raise the quota of active DML queries',
    });
  }
  if (MISSING.has(name)) {
    return new AppError('ENGINE_UNAVAILABLE', 'Athena does not have what the call names', {
      ...details,
      hint: `check the workgroup ${workgroup}, the database ${database}, the region, and that results are not removed too early`,
    });
  }
  if (name === 'InvalidRequestException') {
    return new AppError('ENGINE_UNAVAILABLE', 'Athena refuses the request', {
      ...details,
      hint: invalidRequestHint(messageOf(error), workgroup),
    });
  }
  if (name === 'MetadataException') {
    return new AppError('ENGINE_UNAVAILABLE', 'the metastore behind Athena failed', {
      ...details,
      hint: 'the data catalogue or its Lambda function refused; its own log says why',
    });
  }
  if (isTransient(error)) {
    return new AppError('ENGINE_UNAVAILABLE', 'Athena cannot be reached, or fails inside', {
      ...details,
      hint: 'it was tried several times; check the network and the region, then try again',
    });
  }
  return new AppError('ENGINE_UNAVAILABLE', 'a call to Athena failed', details);
}

/** An error made here already, with the query it is about and what that had cost. */
function withQuery(error: AppError, queryId: string | undefined, scanned: string): AppError {
  const { where, got, ...rest } = error.details;
  if (queryId === undefined) return error;
  const query = `Athena query ${queryId}`;
  return new AppError(error.code, error.summary, {
    ...rest,
    where: where === undefined || where === query ? query : `${query}, ${where}`,
    got: `${got ?? 'nothing'}${scanned}`,
  });
}

function invalidRequestHint(message: string, workgroup: string): string {
  if (/output location|outputlocation|output bucket/i.test(message)) {
    return `workgroup ${workgroup} has no place for results: give one (s3://…), or set it in the workgroup`;
  }
  if (/idempotent|token/i.test(message)) return 'another statement ran under this key: give another one';
  if (/workgroup/i.test(message)) return `check that workgroup ${workgroup} exists in this region and is enabled`;
  return 'see the statement with: tenantscope report show NAME';
}
