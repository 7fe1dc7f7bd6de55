import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AthenaOptions } from '../../../../queries/engines/athena/AthenaOptions.js';
import { openAthena } from '../../../../queries/engines/athena/openAthena.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const open = (options: Partial<AthenaOptions> = {}) =>
  openAthena(
    { database: 'lake', workgroup: 'reports', ...options },
    {
      athena: new AthenaClient({ region: 'eu-west-1' }),
      s3: new S3Client({ region: 'eu-west-1' }),
      pacing: virtualPacing(),
    },
  );
const is = (execution: QueryExecution) =>
  athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Query: 'select 1 as n', ...execution } });
const fails = (name: string, message: string) => Object.assign(new Error(message), { name });

beforeEach(() => {
  athena.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q-1' });
  athena.on(StopQueryExecutionCommand).resolves({});
  athena.on(GetQueryResultsCommand).resolves({
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'decimal', Precision: 38, Scale: 0 }] },
      Rows: [{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '1' }] }],
    },
  });
});

describe('a statement that runs by itself', () => {
  it('is started, and runs on when the engine is closed', async () => {
    const engine = open();
    expect(await engine.background.start('select 1 as n')).toBe('q-1');
    await engine.close();
    expect(athena.commandCalls(GetQueryExecutionCommand)).toHaveLength(0);
    expect(athena.commandCalls(StopQueryExecutionCommand)).toHaveLength(0);
  });

  it('is stopped when Ctrl-C came before its id could be told', async () => {
    const controller = new AbortController();
    athena.on(StartQueryExecutionCommand).callsFake(() => {
      controller.abort();
      return { QueryExecutionId: 'q-1' };
    });
    await expect(open({ signal: controller.signal }).background.start('select 1')).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringContaining('it was stopped'),
    });
    expect(athena.commandCalls(StopQueryExecutionCommand)).toHaveLength(1);
    await expect(open({ signal: AbortSignal.abort() }).background.start('select 1')).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(1);
  });

  it.each([
    ['QUEUED', 'queued'],
    ['RUNNING', 'running'],
    ['A_STATE_OF_TOMORROW', 'running'],
    ['SUCCEEDED', 'succeeded'],
  ] as const)('that is %s is %s, with its text, bytes, dollars and times', async (state, expected) => {
    is({
      Status: {
        State: state as 'QUEUED',
        SubmissionDateTime: new Date(1_000),
        ...(state === 'SUCCEEDED' ? { CompletionDateTime: new Date(5_000) } : {}),
      },
      Statistics: { DataScannedInBytes: 40_000_000 },
    });
    expect(await open().background.status('q-1')).toEqual({
      queryId: 'q-1',
      state: expected,
      sql: 'select 1 as n',
      bytesScanned: 40_000_000n,
      costUsd: '0.0002',
      reused: false,
      submittedAt: 1_000,
      ...(state === 'SUCCEEDED' ? { completedAt: 5_000 } : {}),
    });
  });

  it.each([
    ['FAILED', 'failed', 'SYNTAX_ERROR: line 1:8'],
    ['CANCELLED', 'cancelled', 'Query was cancelled by user'],
  ] as const)('that %s says why, and is not fetched', async (state, expected, reason) => {
    is({ Status: { State: state, StateChangeReason: reason }, Statistics: { DataScannedInBytes: 5 } });
    const { background } = open();
    expect(await background.status('q-1')).toMatchObject({ state: expected, reason });
    await expect(background.fetch('q-1')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`Athena query q-1[\\s\\S]*${reason}[\\s\\S]*scanned 5 bytes`)),
    });
    expect(athena.commandCalls(GetQueryResultsCommand)).toHaveLength(0);
  });

  it('is fetched once it has succeeded, and counted in what the engine read', async () => {
    is({ Status: { State: 'SUCCEEDED' }, Statistics: { DataScannedInBytes: 40_000_000 } });
    const engine = open();
    expect(await engine.background.fetch('q-1')).toEqual({
      columns: ['n'],
      types: ['decimal(38,0)'],
      rows: [[1n]],
      facts: { queryId: 'q-1', bytesScanned: 40_000_000n, costUsd: '0.0002', reused: false },
    });
    expect(engine.statistics()).toMatchObject({ queryIds: ['q-1'], costUsd: '0.0002' });
  });

  it('is not fetched while it runs', async () => {
    is({ Status: { State: 'RUNNING' } });
    await expect(open().background.fetch('q-1')).rejects.toMatchObject({
      code: 'ENGINE_BUSY',
      message: expect.stringContaining('tenantscope report status q-1'),
    });
  });

  it('that Athena does not know is named, and so is what is no id', async () => {
    athena.on(GetQueryExecutionCommand).rejects(fails('InvalidRequestException', 'QueryExecution q-2 was not found'));
    const { background } = open();
    for (const [id, text] of [
      ['q-2', /was not found/],
      ['an id', /no id of a query/],
      ['', /no id of a query/],
      ['x'.repeat(129), /no id of a query/],
    ] as const) {
      await expect(background.status(id)).rejects.toMatchObject({
        code: 'INPUT_NOT_FOUND',
        message: expect.stringMatching(text),
      });
      await expect(background.fetch(id)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    }
    athena.on(GetQueryExecutionCommand).rejects(fails('AccessDeniedException', 'no'));
    await expect(background.status('q-2')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
