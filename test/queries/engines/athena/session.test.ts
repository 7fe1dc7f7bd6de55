import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAthena } from '../../../../queries/engines/athena/openAthena.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const open = () =>
  openAthena(
    { database: 'lake', workgroup: 'ledger', reuseMinutes: 60, attemptKey: 'run-1' },
    {
      athena: new AthenaClient({ region: 'eu-west-1' }),
      s3: new S3Client({ region: 'eu-west-1' }),
      pacing: virtualPacing(),
    },
  );
const starts = () => athena.commandCalls(StartQueryExecutionCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  athena.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q-1' });
  athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status: { State: 'SUCCEEDED' } } });
});

describe('Athena as a session of statements', () => {
  it('runs one that writes, and reads nothing of it', async () => {
    expect(await open().run('insert into t select 1')).toMatchObject({ columns: [], rows: [] });
    expect(athena.commandCalls(GetQueryResultsCommand)).toHaveLength(0);
    expect(starts()[0]?.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled).toBe(false);
  });

  it('never starts one again that failed: it may have written', async () => {
    const status = { State: 'FAILED', AthenaError: { ErrorCategory: 1, Retryable: true, ErrorType: 200 } } as const;
    athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status: status } });
    await expect(open().run('insert into t select 1')).rejects.toThrow();
    expect(starts()).toHaveLength(1);
  });

  it('asks the same again as another query, whose rows may be others', async () => {
    const column = { ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'bigint' }] } };
    const rows = [{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '1' }] }];
    athena.on(GetQueryResultsCommand).resolves({ ResultSet: { ...column, Rows: rows } });
    const session = open();
    for (let turn = 0; turn < 2; turn++) expect((await session.run('select n from t')).rows).toEqual([[1n]]);
    expect(new Set(starts().map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(2);
  });
});
