import {
  AthenaClient,
  type AthenaError,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecutionState,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../model/index.js';
import type { AthenaOptions } from '../../../../queries/engines/athena/AthenaOptions.js';
import { openAthena } from '../../../../queries/engines/athena/openAthena.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const place = { database: 'lake', workgroup: 'reports' };
const one = {
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'bigint' }] },
    Rows: [{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '1' }] }],
  },
};
const execution = (
  State: QueryExecutionState | undefined,
  more: {
    readonly reason?: string;
    readonly error?: AthenaError;
    readonly bytes?: number;
    readonly reused?: true;
  } = {},
) => ({
  QueryExecution: {
    QueryExecutionId: 'q-1',
    Status: {
      ...(State === undefined ? {} : { State }),
      ...(more.reason === undefined ? {} : { StateChangeReason: more.reason }),
      ...(more.error === undefined ? {} : { AthenaError: more.error }),
    },
    Statistics: {
      DataScannedInBytes: more.bytes ?? 0,
      ...(more.reused ? { ResultReuseInformation: { ReusedPreviousResult: true } } : {}),
    },
  },
});
const fails = (name: string, fields: object = {}) => Object.assign(new Error(`${name} said so`), { name, ...fields });
const open = (options: Partial<AthenaOptions> = {}) => {
  const pacing = virtualPacing();
  const engine = openAthena(
    { ...place, ...options },
    { athena: new AthenaClient({ region: 'eu-west-1' }), s3: new S3Client({ region: 'eu-west-1' }), pacing },
  );
  return { engine, pacing };
};
const refusal = async (options: Partial<AthenaOptions> = {}, sql = 'select 1') => {
  const error = await open(options)
    .engine.query(sql)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
};
const calls = () => ({
  start: athena.commandCalls(StartQueryExecutionCommand).length,
  poll: athena.commandCalls(GetQueryExecutionCommand).length,
  stop: athena.commandCalls(StopQueryExecutionCommand).length,
});

beforeEach(() => {
  athena.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q-1' });
  athena.on(GetQueryExecutionCommand).resolves(execution('SUCCEEDED', { bytes: 25_000_001 }));
  athena.on(GetQueryResultsCommand).resolves(one);
  athena.on(StopQueryExecutionCommand).resolves({});
});

describe('a statement that succeeds', () => {
  it('waits longer and longer, also when RUNNING goes back to QUEUED, and tells every state', async () => {
    const states = ['QUEUED', 'RUNNING', 'QUEUED', 'RUNNING', 'SUCCEEDED'] as const;
    const queue = [...states];
    athena.on(GetQueryExecutionCommand).callsFake(() => execution(queue.shift()));
    const told: string[] = [];
    const { engine, pacing } = open({ onProgress: ({ state }) => told.push(state) });
    expect(await engine.query('select 1')).toMatchObject({ columns: ['n'], rows: [[1n]] });
    expect(told).toEqual(states);
    expect(pacing.waits).toEqual([200, 300, 450, 675]);
    expect(calls()).toEqual({ start: 1, poll: 5, stop: 0 });
  });

  it('says how far it is while it runs, and nothing before and after', async () => {
    const states = ['QUEUED', 'RUNNING', 'SUCCEEDED'] as const;
    const queue = [...states];
    athena.on(GetQueryExecutionCommand).callsFake(() => execution(queue.shift(), { bytes: 20_000_000 }));
    const told: unknown[] = [];
    const { engine } = open({ onProgress: () => told.push(engine.progress()) });
    expect(engine.progress()).toBeUndefined();
    await engine.query('select 1');
    const progress = { bytesScanned: 20_000_000n, costUsd: '0.0001' };
    expect(told).toEqual([{ state: 'QUEUED', ...progress }, { state: 'RUNNING', ...progress }, undefined]);
  });

  it('caps the waits and shortens them by chance, by half at most', async () => {
    const queue = [...Array.from({ length: 20 }, () => 'RUNNING' as const), 'SUCCEEDED' as const];
    athena.on(GetQueryExecutionCommand).callsFake(() => execution(queue.shift()));
    const pacing = virtualPacing(0);
    await openAthena(place, { athena: new AthenaClient({}), s3: new S3Client({}), pacing }).query('select 1');
    expect(pacing.waits[0]).toBe(100);
    expect(Math.max(...pacing.waits)).toBe(2_500);
  });

  it('asks in the workgroup and database, for a new answer, with a token of 64 characters', async () => {
    await open({ outputLocation: 's3://results/here/', catalog: 'AwsDataCatalog' }).engine.query('select 1');
    const input = athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input;
    expect(input).toMatchObject({
      QueryString: 'select 1',
      WorkGroup: 'reports',
      QueryExecutionContext: { Database: 'lake', Catalog: 'AwsDataCatalog' },
      ResultConfiguration: { OutputLocation: 's3://results/here/' },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    });
    expect(input?.ClientRequestToken).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes an earlier answer when asked to, and counts it as free', async () => {
    athena.on(GetQueryExecutionCommand).resolves(execution('SUCCEEDED', { reused: true }));
    const { engine } = open({ reuseMinutes: 60 });
    await engine.query('select 1');
    expect(athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input.ResultReuseConfiguration).toEqual({
      ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
    });
    expect(engine.statistics()).toMatchObject({ reused: 1, costUsd: '0', bytesScanned: 0n });
  });

  it('has the same token for the same text under the same key, and another for anything else', async () => {
    const token = async (options: Partial<AthenaOptions>, sql = 'select 1') => {
      await open(options).engine.query(sql);
      return athena.commandCalls(StartQueryExecutionCommand).at(-1)?.args[0].input.ClientRequestToken;
    };
    const first = await token({ attemptKey: 'run-7' });
    expect(await token({ attemptKey: 'run-7' })).toBe(first);
    const others: unknown[] = [];
    for (const [options, sql] of [
      [{ attemptKey: 'run-8' }],
      [{}],
      [{}],
      [{ attemptKey: 'run-7' }, 'select 2'],
      [{ attemptKey: 'run-7', workgroup: 'other' }],
      [{ attemptKey: 'run-7', database: 'other' }],
      [{ attemptKey: 'run-7', reuseMinutes: 5 }],
      [{ attemptKey: 'run-7', outputLocation: 's3://b/' }],
    ] as const) {
      others.push(await token(options, sql));
    }
    expect(new Set([first, ...others]).size).toBe(9);
  });

  it('bills whole megabytes, ten at least, at the price given', async () => {
    const { engine } = open();
    await engine.query('select 1');
    expect(engine.statistics()).toMatchObject({ queryIds: ['q-1'], bytesScanned: 25_000_001n, costUsd: '0.00013' });
    athena.on(GetQueryExecutionCommand).resolves(execution('SUCCEEDED', { bytes: 1 }));
    const dear = open({ usdPerTb: 6.75 }).engine;
    await dear.query('select 1');
    expect(dear.statistics().costUsd).toBe('0.0000675');
  });
});

describe('a statement that Athena ends', () => {
  const ended: readonly [string, Parameters<typeof execution>, string, RegExp, number][] = [
    ['FAILED without details', ['FAILED'], 'ENGINE_UNAVAILABLE', /no reason given/, 1],
    [
      'a syntax error (2, 1006)',
      ['FAILED', { reason: 'SYNTAX_ERROR: line 1:8', error: { ErrorCategory: 2, ErrorType: 1006, Retryable: false } }],
      'ENGINE_UNAVAILABLE',
      /refuses the statement[\s\S]*report show/,
      1,
    ],
    [
      'a missing table (2, 1109)',
      ['FAILED', { reason: 'gone', error: { ErrorCategory: 2, ErrorType: 1109 } }],
      'ENGINE_UNAVAILABLE',
      /not there/,
      1,
    ],
    [
      'a missing table by its reason',
      ['FAILED', { reason: 'TABLE_NOT_FOUND: line 1:15' }],
      'ENGINE_UNAVAILABLE',
      /not there/,
      1,
    ],
    [
      'a denied object (2, 1501)',
      ['FAILED', { reason: 'no', error: { ErrorCategory: 2, ErrorType: 1501 } }],
      'PERMISSION_DENIED',
      /may not read/,
      1,
    ],
    [
      'a denied object by its reason',
      ['FAILED', { reason: 'Access Denied (Service: Amazon S3)' }],
      'PERMISSION_DENIED',
      /may not read/,
      1,
    ],
    [
      'a tenant predicate that is not static',
      [
        'FAILED',
        {
          reason:
            'CONSTRAINT_VIOLATION: For the injected projected partition column tenant_id, the WHERE clause must contain only static equality conditions',
          error: { ErrorCategory: 2, ErrorType: 1200 },
        },
      ],
      'ENGINE_UNAVAILABLE',
      /one literal/,
      1,
    ],
    [
      'resources that ran out (1, 5), although marked retryable',
      ['FAILED', { error: { ErrorCategory: 1, ErrorType: 5, Retryable: true } }],
      'ENGINE_UNAVAILABLE',
      /ran out of resources/,
      1,
    ],
    [
      'the time limit (1, 206), although marked retryable',
      ['FAILED', { error: { ErrorCategory: 1, ErrorType: 206, Retryable: true } }],
      'TIMED_OUT',
      /time limit/,
      1,
    ],
    [
      'Glue throttled (2, 1401)',
      ['FAILED', { error: { ErrorCategory: 2, ErrorType: 1401 } }],
      'ENGINE_BUSY',
      /throttled/,
      3,
    ],
    [
      'a failure inside (1, 200), retryable',
      ['FAILED', { error: { ErrorCategory: 1, ErrorType: 200, Retryable: true } }],
      'ENGINE_UNAVAILABLE',
      /inside Athena/,
      3,
    ],
    [
      'a failure inside (1, 200), not retryable',
      ['FAILED', { error: { ErrorCategory: 1, ErrorType: 200, Retryable: false } }],
      'ENGINE_UNAVAILABLE',
      /inside Athena/,
      1,
    ],
    [
      'another failure (3, 9999)',
      ['FAILED', { error: { ErrorCategory: 3, ErrorType: 9999, ErrorMessage: 'odd' } }],
      'ENGINE_UNAVAILABLE',
      /odd \[category 3, type 9999\]/,
      1,
    ],
    [
      'CANCELLED by somebody',
      ['CANCELLED', { reason: 'Query was cancelled by user' }],
      'ENGINE_UNAVAILABLE',
      /cancelled/,
      1,
    ],
    [
      'resources that ran out by its reason, although marked retryable',
      [
        'FAILED',
        {
          reason: 'Query exhausted resources at this scale factor',
          error: { ErrorCategory: 1, ErrorType: 200, Retryable: true },
        },
      ],
      'ENGINE_UNAVAILABLE',
      /ran out of resources/,
      1,
    ],
    [
      'a syntax error by its reason',
      ['FAILED', { reason: 'SYNTAX_ERROR: line 1:8' }],
      'ENGINE_UNAVAILABLE',
      /report show/,
      1,
    ],
    [
      "CANCELLED by the workgroup's limit",
      ['CANCELLED', { reason: 'Query cancelled! : Bytes scanned limit was exceeded' }],
      'PERMISSION_DENIED',
      /BytesScannedCutoffPerQuery/,
      1,
    ],
  ];
  it.each(ended)('%s', async (_, [state, more], code, text, starts) => {
    athena.on(GetQueryExecutionCommand).resolves(execution(state, { ...more, bytes: 12_000_000 }));
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toContain('Athena query q-1');
    expect(error.message).toContain('scanned 12000000 bytes');
    expect(calls()).toMatchObject({ start: starts, stop: 0 });
  });

  it('starts again under another token, and adds up both', async () => {
    const failed = execution('FAILED', { bytes: 5, error: { ErrorCategory: 1, ErrorType: 200, Retryable: true } });
    athena.on(StartQueryExecutionCommand).resolvesOnce({ QueryExecutionId: 'q-0' });
    athena.on(GetQueryExecutionCommand, { QueryExecutionId: 'q-0' }).resolves(failed);
    const { engine, pacing } = open({ attemptKey: 'k' });
    athena
      .on(StartQueryExecutionCommand)
      .resolvesOnce({ QueryExecutionId: 'q-0' })
      .resolves({ QueryExecutionId: 'q-1' });
    expect((await engine.query('select 1')).rows).toEqual([[1n]]);
    expect(engine.statistics()).toMatchObject({
      queryIds: ['q-0', 'q-1'],
      bytesScanned: 25_000_006n,
      costUsd: '0.00013',
    });
    const tokens = athena.commandCalls(StartQueryExecutionCommand).map((call) => call.args[0].input.ClientRequestToken);
    expect(new Set(tokens).size).toBe(2);
    expect(pacing.waits).toEqual([1_000]);
  });
});

describe('a call that is refused', () => {
  const refused: readonly [string, object, string, RegExp, number][] = [
    ['TooManyRequestsException', { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' }, 'ENGINE_BUSY', /quota/, 8],
    ['ThrottlingException', {}, 'ENGINE_BUSY', /fewer statements at once/, 8],
    ['InternalServerException', {}, 'ENGINE_UNAVAILABLE', /several times/, 8],
    ['Error', { code: 'ECONNRESET' }, 'ENGINE_UNAVAILABLE', /several times/, 8],
    ['Error', { $metadata: { httpStatusCode: 503 } }, 'ENGINE_UNAVAILABLE', /several times/, 8],
    ['InvalidRequestException', { AthenaErrorCode: 'INVALID_INPUT' }, 'ENGINE_UNAVAILABLE', /report show/, 1],
    [
      'InvalidRequestException',
      { message: 'No output location provided.' },
      'ENGINE_UNAVAILABLE',
      /no place for results/,
      1,
    ],
    ['InvalidRequestException', { message: 'WorkGroup reports is not found.' }, 'ENGINE_UNAVAILABLE', /enabled/, 1],
    [
      'InvalidRequestException',
      { message: 'Idempotent parameters do not match' },
      'ENGINE_UNAVAILABLE',
      /under this key/,
      1,
    ],
    ['MetadataException', {}, 'ENGINE_UNAVAILABLE', /metastore/, 1],
    ['ResourceNotFoundException', { ResourceName: 'reports' }, 'ENGINE_UNAVAILABLE', /workgroup reports/, 1],
    ['CredentialsProviderError', {}, 'PERMISSION_DENIED', /AWS_PROFILE/, 1],
    ['UnrecognizedClientException', {}, 'PERMISSION_DENIED', /AWS_PROFILE/, 1],
    ['ExpiredTokenException', {}, 'PERMISSION_DENIED', /sign in again/, 1],
    ['AccessDeniedException', {}, 'PERMISSION_DENIED', /athena:StartQueryExecution/, 1],
    ['SomethingNew', {}, 'ENGINE_UNAVAILABLE', /SomethingNew/, 1],
  ];
  it.each(refused)('%s %j at the start', async (name, fields, code, text, tries) => {
    athena.on(StartQueryExecutionCommand).rejects(fails(name, fields));
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(calls()).toEqual({ start: tries, poll: 0, stop: 0 });
    const tokens = athena.commandCalls(StartQueryExecutionCommand).map((call) => call.args[0].input.ClientRequestToken);
    expect(new Set(tokens).size).toBe(1);
  });

  it.each(refused)('%s %j while it runs: the query is stopped, once', async (name, fields, code, text, tries) => {
    athena.on(GetQueryExecutionCommand).rejects(fails(name, fields));
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toContain('q-1');
    expect(calls()).toEqual({ start: 1, poll: tries, stop: 1 });
  });

  it.each(refused)('%s %j when its result is read', async (name, fields, code, text, tries) => {
    athena.on(GetQueryResultsCommand).rejects(fails(name, fields));
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toContain('q-1');
    expect(error.message).toContain('scanned 25000001 bytes');
    expect(athena.commandCalls(GetQueryResultsCommand)).toHaveLength(tries);
  });

  it('goes on when what failed has passed', async () => {
    athena
      .on(StartQueryExecutionCommand)
      .rejectsOnce(fails('TooManyRequestsException'))
      .rejectsOnce(fails('ThrottlingException'))
      .resolves({ QueryExecutionId: 'q-1' });
    athena.on(GetQueryExecutionCommand).rejectsOnce(fails('InternalServerException')).resolves(execution('SUCCEEDED'));
    expect((await open().engine.query('select 1')).rows).toEqual([[1n]]);
  });

  it('refuses a statement that is too long without sending it', async () => {
    expect((await refusal({}, `select '${'ä'.repeat(131_072)}'`)).code).toBe('PARAMETER_INVALID');
    expect(calls().start).toBe(0);
  });

  it('does not take an answer without an id or a state for a query', async () => {
    athena.on(GetQueryExecutionCommand).resolves(execution(undefined));
    expect((await refusal()).message).toMatch(/without the state/);
    athena.on(StartQueryExecutionCommand).resolves({});
    expect((await refusal()).message).toMatch(/without an id/);
  });
});

describe('a statement that is given up', () => {
  it('is stopped once at the deadline', async () => {
    athena.on(GetQueryExecutionCommand).resolves(execution('RUNNING', { bytes: 7 }));
    const error = await refusal({ deadlineMs: 10_000 });
    expect(error).toMatchObject({ code: 'TIMED_OUT', exitCode: 124 });
    expect(error.message).toMatch(/q-1[\s\S]*scanned 7 bytes[\s\S]*it was stopped/);
    expect(calls().stop).toBe(1);
  });

  it('never waits past its deadline', async () => {
    athena.on(GetQueryExecutionCommand).resolves(execution('RUNNING'));
    const { engine, pacing } = open({ deadlineMs: 10_000 });
    await expect(engine.query('select 1')).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect(pacing.now()).toBe(10_000);
  });

  it('is stopped once on Ctrl-C, and the later Ctrl-C does nothing', async () => {
    const controller = new AbortController();
    athena.on(GetQueryExecutionCommand).callsFake(() => {
      controller.abort();
      return execution('RUNNING');
    });
    const error = await refusal({ signal: controller.signal });
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    controller.abort();
    expect(calls()).toEqual({ start: 1, poll: 1, stop: 1 });
  });

  it('is stopped when Ctrl-C came while it was being started', async () => {
    const controller = new AbortController();
    athena.on(StartQueryExecutionCommand).callsFake(() => {
      controller.abort();
      return { QueryExecutionId: 'q-1' };
    });
    expect((await refusal({ signal: controller.signal })).code).toBe('INTERRUPTED');
    expect(calls()).toEqual({ start: 1, poll: 0, stop: 1 });
  });

  it('is not started after Ctrl-C', async () => {
    expect((await refusal({ signal: AbortSignal.abort() })).code).toBe('INTERRUPTED');
    expect(calls()).toEqual({ start: 0, poll: 0, stop: 0 });
  });

  it('says so when it could not be stopped, after trying again what may pass', async () => {
    athena.on(GetQueryExecutionCommand).resolves(execution('RUNNING'));
    athena.on(StopQueryExecutionCommand).rejects(fails('ThrottlingException'));
    expect((await refusal({ deadlineMs: 1 })).message).toMatch(/may still run: aws athena stop-query-execution/);
    expect(calls().stop).toBe(3);
    athena.on(StopQueryExecutionCommand).rejects(fails('AccessDeniedException'));
    await refusal({ deadlineMs: 1 });
    expect(calls().stop).toBe(4);
  });
});

describe('several statements', () => {
  it('are answered in their order, no more at once than allowed', async () => {
    let active = 0;
    let most = 0;
    athena.on(StartQueryExecutionCommand).callsFake(async ({ QueryString }) => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      return { QueryExecutionId: QueryString };
    });
    athena.on(GetQueryResultsCommand).callsFake(({ QueryExecutionId }) => {
      active -= 1;
      return { ResultSet: { ...one.ResultSet, Rows: [{ Data: [{ VarCharValue: QueryExecutionId }] }] } };
    });
    const results = await open({ concurrency: 3 }).engine.queryAll(['4', '3', '2', '1', '0', '9', '8']);
    expect(results.map(({ rows }) => rows[0]?.[0])).toEqual([4n, 3n, 2n, 1n, 0n, 9n, 8n]);
    expect(most).toBe(3);
  });

  it('are stopped, those that run, when one of them fails; the rest is not started', async () => {
    athena.on(StartQueryExecutionCommand).callsFake(({ QueryString }) => ({ QueryExecutionId: QueryString }));
    athena
      .on(GetQueryExecutionCommand)
      .callsFake(({ QueryExecutionId }) =>
        QueryExecutionId === 'bad' ? execution('FAILED', { reason: 'bad one' }) : execution('RUNNING'),
      );
    const { engine } = open({ concurrency: 2 });
    await expect(engine.queryAll(['slow', 'bad', 'later'])).rejects.toThrow('bad one');
    const stops = athena.commandCalls(StopQueryExecutionCommand).map((call) => call.args[0].input.QueryExecutionId);
    expect(stops).toEqual(['slow']);
    expect(calls().start).toBe(2);
  });
});
