import { PassThrough } from 'node:stream';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { mockClient } from 'aws-sdk-client-mock';
import { Command } from 'commander';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AthenaFlags, addAthenaFlags, athenaOpener } from '../../cli/athenaFlags.js';
import type { CliContext } from '../../cli/CliContext.js';
import { parseConfigOrThrow } from '../../model/index.js';

const athena = mockClient(AthenaClient);
const flagsOf = (...words: string[]): AthenaFlags => {
  const command = new Command().exitOverride();
  addAthenaFlags(command);
  return command.parse(words, { from: 'user' }).opts();
};
const contextOf = () => {
  const stderr = new PassThrough();
  const context: CliContext = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    env: {},
    clock: () => 0,
    signal: new AbortController().signal,
  };
  return { context, notes: () => String(stderr.read() ?? '') };
};
const config = parseConfigOrThrow('', 'tenantscope.yaml');

beforeEach(() => {
  athena.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q-1' });
  athena.on(GetQueryExecutionCommand).resolves({
    QueryExecution: { Status: { State: 'SUCCEEDED' }, Statistics: { DataScannedInBytes: 40_000_000 } },
  });
  athena.on(GetQueryResultsCommand).resolves({
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'bigint' }] },
      Rows: [{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '7' }] }],
    },
  });
});

describe('athenaOpener', () => {
  it('takes from the file what no flag says, and needs a database from one of them', async () => {
    const { context } = contextOf();
    const text = 'engine: { athena: { database: fromfile, workgroup: w, output: "s3://b/f/", reuse_minutes: 9 } }';
    const engine = await athenaOpener(flagsOf('--athena-workgroup', 'flag'))(parseConfigOrThrow(text, 'c'), context);
    await engine.query('select 7 as n');
    expect(athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input).toMatchObject({
      WorkGroup: 'flag',
      QueryExecutionContext: { Database: 'fromfile' },
      ResultConfiguration: { OutputLocation: 's3://b/f/' },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 9 } },
    });
    await expect(athenaOpener(flagsOf())(config, context)).rejects.toThrow(
      /needs --athena-database: expected .*engine\.athena\.database/,
    );
  });

  it('opens Athena where the flags say, and tells what it cost when it is closed', async () => {
    const { context, notes } = contextOf();
    const words = ['--athena-database', 'lake', '--athena-workgroup', 'w', '--athena-output', 's3://b/p/'];
    const open = athenaOpener(flagsOf(...words, '--athena-reuse', '60', '--athena-region', 'eu-west-1'));
    const engine = await open(config, context);
    expect((await engine.query('select 7 as n')).rows).toEqual([[7n]]);
    await engine.close();
    expect(athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input).toMatchObject({
      WorkGroup: 'w',
      QueryExecutionContext: { Database: 'lake' },
      ResultConfiguration: { OutputLocation: 's3://b/p/' },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 } },
    });
    expect(notes()).toBe('athena: 1 query, scanned 40000000 bytes, 0.0002 USD at list price; q-1\n');
  });

  it('says nothing about cost when nothing was asked', async () => {
    const { context, notes } = contextOf();
    await (await athenaOpener(flagsOf('--athena-database', 'lake', '--athena-deadline', '5'))(config, context)).close();
    expect(notes()).toBe('');
  });

  it.each([
    [['--athena-database', 'Lake; drop'], /lower case letters/],
    [['--athena-database', 'lake', '--athena-output', 'b/p'], /expected s3:\/\/bucket\/prefix\//],
    [['--athena-database', 'lake', '--athena-reuse', '10081'], /from 0 to 10080/],
    [['--athena-database', 'lake', '--athena-deadline', '0'], /from 1 to 240/],
  ])('refuses %j', (words, text) => expect(() => athenaOpener(flagsOf(...words))).toThrow(text));
});
