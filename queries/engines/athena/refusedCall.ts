import { AppError, type ErrorCode, messageOf } from '../../../model/index.js';
import type { AthenaSettings } from './AthenaOptions.js';
import { errorName, isThrottled, isTransient } from './isTransient.js';

/** Which call was refused, and about what. */
export interface RefusedCall {
  readonly call: string;
  readonly settings: Pick<AthenaSettings, 'database' | 'workgroup'>;
  readonly queryId?: string;
  /** What the query had read by then, in words. */
  readonly scanned?: string;
  /** What the role needs for it; left out: what a statement and its result need. */
  readonly needs?: string;
}

/** What an error of one call to Athena or S3 means for who asked. */
export function refusedCall(error: unknown, refused: RefusedCall): AppError {
  const scanned = refused.scanned === undefined ? '' : `; ${refused.scanned}`;
  if (error instanceof AppError) return withQuery(error, refused.queryId, scanned);
  const name = errorName(error);
  const message = messageOf(error);
  const meaning = MEANINGS.find(({ applies }) => applies(name, message, error));
  const hint = typeof meaning?.hint === 'function' ? meaning.hint(refused, message, error) : meaning?.hint;
  return new AppError(meaning?.code ?? 'ENGINE_UNAVAILABLE', meaning?.summary ?? 'a call to Athena failed', {
    where: refused.queryId === undefined ? refused.call : `Athena query ${refused.queryId} (${refused.call})`,
    got: `${name || 'an unknown error'}: ${message}${scanned}`,
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
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

interface Meaning {
  readonly applies: (name: string, message: string, error: unknown) => boolean;
  readonly code: ErrorCode;
  readonly summary: string;
  readonly hint: string | ((refused: RefusedCall, message: string, error: unknown) => string);
}

const named =
  (...names: readonly string[]) =>
  (name: string): boolean =>
    names.includes(name);

/** In order: the first that applies is the meaning. Names are those of the services' models and of the SDK's own checks. */
const MEANINGS: readonly Meaning[] = [
  {
    applies: named(
      'ExpiredToken',
      'ExpiredTokenException',
      'RequestExpired',
      'TokenRefreshRequired',
      'TokenProviderError',
    ),
    code: 'PERMISSION_DENIED',
    summary: 'the AWS credentials have expired',
    hint: 'sign in again (aws sso login), or fetch new session credentials',
  },
  {
    applies: (name, message) => name === 'RequestTimeTooSkewed' || /signature (expired|not yet current)/i.test(message),
    code: 'PERMISSION_DENIED',
    summary: "AWS does not take this machine's time",
    hint: "set this machine's clock; a signature is good for minutes",
  },
  {
    applies: named(
      'CredentialsProviderError',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidToken',
      'InvalidSignatureException',
      'IncompleteSignature',
      'SignatureDoesNotMatch',
      'InvalidAccessKeyId',
      'MissingAuthenticationToken',
      'MissingAuthenticationTokenException',
    ),
    code: 'PERMISSION_DENIED',
    summary: 'there are no AWS credentials that are valid',
    hint: 'set AWS_PROFILE, or sign in; which identity is used: aws sts get-caller-identity',
  },
  {
    applies: (name, message) => name.startsWith('KMS.') || (isDenied(name) && /\bkms:/i.test(message)),
    code: 'PERMISSION_DENIED',
    summary: 'the key of KMS the result is encrypted with cannot be used',
    hint: 'the role needs kms:Decrypt on it, and the key must be enabled',
  },
  {
    applies: isDenied,
    code: 'PERMISSION_DENIED',
    summary: 'the role may not do this',
    hint: ({ settings, needs }) => `it needs ${needs ?? statementNeeds(settings.workgroup)}; docs/athena.md lists all`,
  },
  {
    applies: (_, __, error) => isThrottled(error),
    code: 'ENGINE_BUSY',
    summary: 'Athena asks for fewer calls, and went on doing so',
    hint: (_, __, error) =>
      (error as { readonly Reason?: unknown }).Reason === 'CONCURRENT_QUERY_LIMIT_EXCEEDED'
        ? 'as many queries run or wait as the account may have: try again later, or raise the quota of active DML queries'
        : 'try again later, or run fewer statements at once',
  },
  {
    applies: named('InvalidObjectState'),
    code: 'READ_FAILED',
    summary: 'the result was moved to an archive',
    hint: 'run the report again; results should be deleted by the lifecycle of their bucket, not archived',
  },
  {
    applies: named('ResourceNotFoundException', 'NoSuchKey', 'NoSuchBucket', 'NotFound'),
    code: 'ENGINE_UNAVAILABLE',
    summary: 'Athena does not have what the call names',
    hint: ({ settings }) =>
      `check the workgroup ${settings.workgroup}, the database ${settings.database}, the region, and that results are not removed too early`,
  },
  {
    applies: named('InvalidRequestException', 'ValidationException'),
    code: 'ENGINE_UNAVAILABLE',
    summary: 'Athena refuses the request',
    hint: ({ settings }, message) => invalidRequestHint(message, settings.workgroup),
  },
  {
    applies: named('MetadataException'),
    code: 'ENGINE_UNAVAILABLE',
    summary: 'the metastore behind Athena failed',
    hint: 'the data catalogue or its Lambda function refused; its own log says why',
  },
  {
    applies: (_, message) => /region is missing|ENOTFOUND/i.test(message),
    code: 'ENGINE_UNAVAILABLE',
    summary: 'there is no Athena in the region given, or none was given',
    hint: 'give --athena-region, or set AWS_REGION',
  },
  {
    applies: (_, __, error) => isTransient(error),
    code: 'ENGINE_UNAVAILABLE',
    summary: 'Athena cannot be reached, or fails inside',
    hint: 'it was tried several times; check the network and the region, then try again',
  },
];

function isDenied(name: string): boolean {
  return named(
    'AccessDeniedException',
    'AccessDenied',
    'Forbidden',
    'AllAccessDisabled',
    'UnauthorizedOperation',
  )(name);
}

function statementNeeds(workgroup: string): string {
  return `athena:StartQueryExecution, GetQueryExecution, GetQueryResults and StopQueryExecution in workgroup ${workgroup}, and s3:GetObject on its results`;
}

function invalidRequestHint(message: string, workgroup: string): string {
  if (/unable to verify|create output bucket/i.test(message))
    return 'the role needs s3:GetBucketLocation and s3:PutObject on the bucket of the results, and that must exist in this region';
  if (/output location|outputlocation|output bucket/i.test(message))
    return `workgroup ${workgroup} has no place for results: give one (--athena-output s3://…), or set it in the workgroup`;
  if (/idempotent|token/i.test(message)) return 'another statement ran under this key: give another one';
  if (/workgroup/i.test(message)) return `check that workgroup ${workgroup} exists in this region and is enabled`;
  if (/could not find results/i.test(message)) return 'its result was removed: run the report again';
  return 'see the statement with: tenantscope report show NAME';
}
