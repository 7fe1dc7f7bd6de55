import * as athenaModule from '@aws-sdk/client-athena';
import {
  AthenaClient,
  type AthenaError,
  AthenaServiceException,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InternalServerException,
  InvalidRequestException,
  MetadataException,
  type QueryExecution,
  ResourceNotFoundException,
  SessionAlreadyExistsException,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-athena';
import {
  AccessDenied,
  GetObjectCommand,
  InvalidObjectState,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../../../model/index.js';
import { openAthena } from '../../../../queries/engines/athena/openAthena.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const s3 = mockClient(S3Client);
const BYTES = 12_000_000;
const SPENT = 'scanned 12000000 bytes (0.00006 USD)';
const ended = (execution: QueryExecution) =>
  athena.on(GetQueryExecutionCommand).resolves({
    QueryExecution: { Statistics: { DataScannedInBytes: BYTES }, ...execution },
  });
const refusal = async (): Promise<AppError> => {
  const engine = openAthena(
    { database: 'lake', workgroup: 'reports', callAttempts: 2, attempts: 2 },
    {
      athena: new AthenaClient({ region: 'eu-west-1' }),
      s3: new S3Client({ region: 'eu-west-1' }),
      pacing: virtualPacing(),
    },
  );
  const error = await engine.query('select 1').catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
};

beforeEach(() => {
  athena.reset();
  s3.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q-1' });
  athena.on(StopQueryExecutionCommand).resolves({});
  ended({
    Status: { State: 'SUCCEEDED' },
    ResultConfiguration: { OutputLocation: 's3://results/q-1.csv' },
  });
  athena.on(GetQueryResultsCommand).resolves({
    ResultSet: { ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'bigint' }] }, Rows: [] },
    NextToken: 'more',
  });
});

/** What each ErrorType of Athena's error catalogue becomes when Athena says nothing else. `inside` are all the others. */
const CATALOGUE: readonly (readonly [types: readonly number[], code: ErrorCode, text: RegExp])[] = [
  [[0, 1, 2, 3, 4, 5, 6, 7, 8], 'ENGINE_UNAVAILABLE', /ran out of resources[\s\S]*shorter window/],
  [[204], 'ENGINE_UNAVAILABLE', /metastore[\s\S]*glue get-tables/],
  [[206, 210], 'TIMED_OUT', /time limit of Athena[\s\S]*shorter window/],
  [[234, 1500, 1501], 'PERMISSION_DENIED', /may not read[\s\S]*Lake Formation/],
  [[238, 401, 402], 'ENGINE_UNAVAILABLE', /could not write the result[\s\S]*s3:PutObject/],
  [[1001, 1002, 1004, 1005, 1007], 'READ_FAILED', /not what the table declares[\s\S]*docs\/tables\.md/],
  [
    [1006, 1008, 1100, 1101, 1103, 1106, 1107, 1108, 1200, 1201, 1202, 1303],
    'ENGINE_UNAVAILABLE',
    /refuses the statement[\s\S]*report show/,
  ],
  [[1011, 1014], 'ENGINE_UNAVAILABLE', /was cancelled[\s\S]*run it again/],
  [[1109, 1110, 1300, 1301, 1302, 1306, 1307], 'ENGINE_UNAVAILABLE', /not there[\s\S]*docs\/athena\.md/],
  [[1400, 1401, 1403, 1404, 1405, 1406, 1499], 'ENGINE_BUSY', /throttled[\s\S]*later/],
  [[1402], 'ENGINE_UNAVAILABLE', /versions in Glue[\s\S]*batch-delete-table-version/],
  [[1602], 'ENGINE_BUSY', /reserved capacity[\s\S]*DPUs/],
];
const INTERNAL = [
  100, 200, 201, 202, 203, 205, 207, 208, 209, 211, 220, 232, 233, 235, 236, 237, 239, 240, 300, 301, 302, 303, 400,
  1010, 1012, 1013, 1102, 1104, 1105, 1304, 1305, 1308, 9999, 31_337,
];

describe('a query that FAILED with an ErrorType of the catalogue', () => {
  const cases = CATALOGUE.flatMap(([types, code, text]) => types.map((type) => [type, code, text] as const));
  it.each(cases)('%i is %s', async (ErrorType, code, text) => {
    ended({ Status: { State: 'FAILED', AthenaError: { ErrorType, ErrorMessage: 'as it says' } } });
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(
      /^Athena query q-1: .*got as it says \[category \?, type \d+\]; scanned 12000000 bytes \(0 USD\)/,
    );
  });

  it.each(INTERNAL)('%i is a failure inside Athena, unless its category blames the user', async (ErrorType) => {
    const failed = async (ErrorCategory: number) => {
      ended({ Status: { State: 'FAILED', AthenaError: { ErrorType, ErrorCategory, ErrorMessage: 'as it says' } } });
      return refusal();
    };
    expect((await failed(1)).message).toMatch(/failed inside Athena[\s\S]*AWS support/);
    expect((await failed(3)).message).toMatch(/failed inside Athena[\s\S]*AWS support/);
    expect((await failed(2)).message).toMatch(/refuses the statement[\s\S]*report show/);
  });

  it.each([1000, 1009])('%i, which says nothing, is read by its reason', async (ErrorType) => {
    const failed = async (StateChangeReason: string) => {
      ended({ Status: { State: 'FAILED', StateChangeReason, AthenaError: { ErrorType, ErrorCategory: 2 } } });
      return refusal();
    };
    const reasons: readonly (readonly [string, ErrorCode, RegExp])[] = [
      ['Query exhausted resources at this scale factor', 'ENGINE_UNAVAILABLE', /ran out of resources/],
      ['EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory', 'ENGINE_UNAVAILABLE', /ran out of resources/],
      ['Query timeout', 'TIMED_OUT', /time limit/],
      ['User is not authorized to perform: kms:Decrypt on the resource', 'PERMISSION_DENIED', /kms:Decrypt on the key/],
      ['The ciphertext refers to a customer master key that does not exist', 'PERMISSION_DENIED', /key of KMS/],
      ['Access Denied (Service: Amazon S3; Status Code: 403)', 'PERMISSION_DENIED', /may not read/],
      ['Insufficient Lake Formation permission(s) on events', 'PERMISSION_DENIED', /may not read/],
      ['Please reduce your request rate. (Service: Amazon S3; Error Code: SlowDown)', 'ENGINE_BUSY', /throttled/],
      ["TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.lake.x' does not exist", 'ENGINE_UNAVAILABLE', /not there/],
      ['HIVE_METASTORE_ERROR: Table is missing storage descriptor', 'ENGINE_UNAVAILABLE', /metastore/],
      ["HIVE_BAD_DATA: Field quantity's type INT64 in parquet file", 'READ_FAILED', /not what the table declares/],
      ['HIVE_CURSOR_ERROR: Row is not a valid JSON Object', 'READ_FAILED', /not what the table declares/],
      ['DIVISION_BY_ZERO', 'ENGINE_UNAVAILABLE', /refuses the statement/],
      ['something else', 'ENGINE_UNAVAILABLE', /refuses the statement/],
    ];
    for (const [reason, code, text] of reasons) {
      const error = await failed(reason);
      expect(error.code, reason).toBe(code);
      expect(error.message, reason).toMatch(text);
    }
  });

  it('says what is missing although Athena calls it a syntax error', async () => {
    ended({
      Status: {
        State: 'FAILED',
        StateChangeReason: 'TABLE_NOT_FOUND: line 1:15',
        AthenaError: { ErrorCategory: 2, ErrorType: 1006 },
      },
    });
    expect((await refusal()).message).toMatch(/names something that is not there/);
  });

  it.each<[string, AthenaError, number]>([
    ['its flag says so', { ErrorCategory: 1, ErrorType: 200, Retryable: true }, 2],
    ['its flag says so, whoever is to blame', { ErrorCategory: 2, ErrorType: 1009, Retryable: true }, 2],
    ['it was throttled and has no flag', { ErrorCategory: 2, ErrorType: 1403 }, 2],
    ['its flag says no', { ErrorCategory: 1, ErrorType: 200, Retryable: false }, 1],
    ['it was throttled, and its flag says no', { ErrorCategory: 2, ErrorType: 1403, Retryable: false }, 1],
    ['it has no flag', { ErrorCategory: 1, ErrorType: 200 }, 1],
    ['it ran out of resources, whatever its flag says', { ErrorCategory: 1, ErrorType: 5, Retryable: true }, 1],
    ['it timed out, whatever its flag says', { ErrorCategory: 1, ErrorType: 210, Retryable: true }, 1],
  ])('is started again or not: %s', async (_, AthenaError, starts) => {
    ended({ Status: { State: 'FAILED', AthenaError } });
    await refusal();
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(starts);
  });

  it("is charged, and says so, when the workgroup's limit on bytes cut it off", async () => {
    ended({
      Status: { State: 'CANCELLED', StateChangeReason: 'Query cancelled! : Bytes scanned limit was exceeded' },
    });
    const error = await refusal();
    expect(error.code).toBe('PERMISSION_DENIED');
    expect(error.message).toContain(SPENT);
    expect(error.message).toMatch(/is billed[\s\S]*BytesScannedCutoffPerQuery/);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(1);
  });
});

const meta = { $metadata: { httpStatusCode: 400 }, message: 'as it says' };
const service = (name: string, message = 'as it says') =>
  new AthenaServiceException({ name, $fault: 'client', message, $metadata: { httpStatusCode: 400 } });
const invalid = (message: string) =>
  new InvalidRequestException({ ...meta, message, AthenaErrorCode: 'INVALID_INPUT' });

/** Errors of a call: the exceptions of the service's model, and those every service of AWS and the SDK itself can answer. */
const REFUSED: readonly (readonly [what: string, error: Error, code: ErrorCode, text: RegExp, tries: number])[] = [
  ['InternalServerException', new InternalServerException(meta), 'ENGINE_UNAVAILABLE', /tried several times/, 2],
  ['TooManyRequestsException', new TooManyRequestsException(meta), 'ENGINE_BUSY', /fewer statements at once/, 2],
  [
    'TooManyRequestsException for its quota',
    new TooManyRequestsException({ ...meta, Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' }),
    'ENGINE_BUSY',
    /quota of active DML queries/,
    2,
  ],
  [
    'ResourceNotFoundException',
    new ResourceNotFoundException({ ...meta, ResourceName: 'reports' }),
    'ENGINE_UNAVAILABLE',
    /check the workgroup reports/,
    1,
  ],
  ['MetadataException', new MetadataException(meta), 'ENGINE_UNAVAILABLE', /data catalogue/, 1],
  ['SessionAlreadyExistsException', new SessionAlreadyExistsException(meta), 'ENGINE_UNAVAILABLE', /as it says/, 1],
  ['InvalidRequestException', invalid('line 1:8: mismatched input'), 'ENGINE_UNAVAILABLE', /report show NAME/, 1],
  ['no place for results', invalid('No output location provided.'), 'ENGINE_UNAVAILABLE', /--athena-output/, 1],
  [
    'a place for results that cannot be used',
    invalid('Unable to verify/create output bucket results'),
    'ENGINE_UNAVAILABLE',
    /s3:GetBucketLocation/,
    1,
  ],
  ['a workgroup that is not there', invalid('WorkGroup reports is not found.'), 'ENGINE_UNAVAILABLE', /is enabled/, 1],
  ['a disabled workgroup', invalid('WorkGroup reports is disabled.'), 'ENGINE_UNAVAILABLE', /is enabled/, 1],
  ['another token', invalid('Idempotent parameters do not match'), 'ENGINE_UNAVAILABLE', /under this key/, 1],
  ['a result that is gone', invalid('Could not find results'), 'ENGINE_UNAVAILABLE', /run the report again/, 1],
  ['ThrottlingException', service('ThrottlingException'), 'ENGINE_BUSY', /fewer calls/, 2],
  ['ServiceUnavailable', service('ServiceUnavailable'), 'ENGINE_UNAVAILABLE', /tried several times/, 2],
  ['RequestTimeout', service('RequestTimeout'), 'ENGINE_UNAVAILABLE', /tried several times/, 2],
  ['AccessDeniedException', service('AccessDeniedException'), 'PERMISSION_DENIED', /athena:StartQueryExecution/, 1],
  [
    'AccessDeniedException for a key',
    service('AccessDeniedException', 'not authorized to perform: kms:GenerateDataKey'),
    'PERMISSION_DENIED',
    /key must be enabled/,
    1,
  ],
  ['ExpiredTokenException', service('ExpiredTokenException'), 'PERMISSION_DENIED', /sign in again/, 1],
  ['ExpiredToken', service('ExpiredToken'), 'PERMISSION_DENIED', /sign in again/, 1],
  ['RequestExpired', service('RequestExpired'), 'PERMISSION_DENIED', /sign in again/, 1],
  [
    'an SSO session that ended',
    Object.assign(new Error('Token is expired'), { name: 'TokenProviderError' }),
    'PERMISSION_DENIED',
    /aws sso login/,
    1,
  ],
  [
    'no credentials',
    Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }),
    'PERMISSION_DENIED',
    /AWS_PROFILE/,
    1,
  ],
  ['UnrecognizedClientException', service('UnrecognizedClientException'), 'PERMISSION_DENIED', /AWS_PROFILE/, 1],
  ['InvalidSignatureException', service('InvalidSignatureException'), 'PERMISSION_DENIED', /AWS_PROFILE/, 1],
  [
    'a wrong clock',
    service('InvalidSignatureException', 'Signature expired: 20261122T000000Z is now earlier'),
    'PERMISSION_DENIED',
    /machine's clock/,
    1,
  ],
  ['no region', new Error('Region is missing'), 'ENGINE_UNAVAILABLE', /--athena-region/, 1],
  [
    'a region that is none',
    Object.assign(new Error('getaddrinfo ENOTFOUND athena.eu-wst-1.amazonaws.com'), { code: 'ENOTFOUND' }),
    'ENGINE_UNAVAILABLE',
    /--athena-region/,
    1,
  ],
  [
    'a connection that broke',
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    'ENGINE_UNAVAILABLE',
    /check the network/,
    2,
  ],
];

describe('a call that is refused', () => {
  it('covers every exception the client knows', () => {
    const known = Object.entries(athenaModule)
      .filter(([name, value]) => name.endsWith('Exception') && typeof value === 'function')
      .map(([name]) => name)
      .filter((name) => name !== 'AthenaServiceException');
    const covered = new Set(REFUSED.map(([, error]) => error.name));
    expect(known.filter((name) => !covered.has(name))).toEqual([]);
    expect(known.length).toBeGreaterThanOrEqual(6);
  });

  it.each(REFUSED)('%s, when the query is started', async (_, thrown, code, text, tries) => {
    athena.on(StartQueryExecutionCommand).rejects(thrown);
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toContain(`StartQueryExecution: `);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(tries);
  });

  it.each(REFUSED)('%s, while it runs', async (_, thrown, code, text) => {
    athena
      .on(GetQueryExecutionCommand)
      .resolvesOnce({ QueryExecution: { Status: { State: 'RUNNING' }, Statistics: { DataScannedInBytes: BYTES } } })
      .rejects(thrown);
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(/^Athena query q-1 \(GetQueryExecution\): /);
    expect(error.message).toContain(SPENT);
    expect(athena.commandCalls(StopQueryExecutionCommand)).toHaveLength(1);
  });

  it.each(REFUSED)('%s, when its result is read', async (_, thrown, code, text) => {
    athena.on(GetQueryResultsCommand).rejects(thrown);
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(/^Athena query q-1 \(reading the result\): /);
    expect(error.message).toContain(SPENT);
  });

  const s3Error = (name: string, message = 'as it says', status = 400) =>
    new S3ServiceException({ name, $fault: 'client', message, $metadata: { httpStatusCode: status } });
  const objects: readonly (readonly [what: string, error: Error, code: ErrorCode, text: RegExp, tries: number])[] = [
    ['AccessDenied', new AccessDenied(meta), 'PERMISSION_DENIED', /s3:GetObject/, 1],
    ['AllAccessDisabled', s3Error('AllAccessDisabled'), 'PERMISSION_DENIED', /s3:GetObject/, 1],
    [
      'AccessDenied for a key',
      s3Error('AccessDenied', 'User is not authorized to perform: kms:Decrypt', 403),
      'PERMISSION_DENIED',
      /kms:Decrypt on it/,
      1,
    ],
    ['KMS.DisabledException', s3Error('KMS.DisabledException'), 'PERMISSION_DENIED', /must be enabled/, 1],
    ['KMS.NotFoundException', s3Error('KMS.NotFoundException'), 'PERMISSION_DENIED', /must be enabled/, 1],
    ['NoSuchKey', new NoSuchKey(meta), 'ENGINE_UNAVAILABLE', /removed too early/, 1],
    ['NoSuchBucket', new NoSuchBucket(meta), 'ENGINE_UNAVAILABLE', /removed too early/, 1],
    ['NotFound', new NotFound(meta), 'ENGINE_UNAVAILABLE', /removed too early/, 1],
    ['InvalidObjectState', new InvalidObjectState(meta), 'READ_FAILED', /run the report again/, 1],
    ['SlowDown', s3Error('SlowDown', 'Please reduce your request rate.', 503), 'ENGINE_BUSY', /later/, 2],
    ['InternalError', s3Error('InternalError', 'as it says', 500), 'ENGINE_UNAVAILABLE', /several times/, 2],
    ['RequestTimeTooSkewed', s3Error('RequestTimeTooSkewed'), 'PERMISSION_DENIED', /machine's clock/, 1],
    ['ExpiredToken', s3Error('ExpiredToken'), 'PERMISSION_DENIED', /sign in again/, 1],
    ['InvalidAccessKeyId', s3Error('InvalidAccessKeyId'), 'PERMISSION_DENIED', /AWS_PROFILE/, 1],
  ];
  it.each(objects)('%s, when its object is read from S3', async (_, thrown, code, text, tries) => {
    s3.on(GetObjectCommand).rejects(thrown);
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(/^Athena query q-1 \(reading the result\): /);
    expect(error.message).toContain(SPENT);
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(tries);
  });
});
