import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetTableMetadataCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildRegistry, tenantSchema, utcDayOf } from '../../../../model/index.js';
import { athenaTables } from '../../../../queries/engines/athena/athenaTables.js';
import { openAthenaLake } from '../../../../queries/engines/athena/openAthenaLake.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const s3 = mockClient(S3Client);
const open = (pacing = virtualPacing()) =>
  openAthenaLake(
    {
      tables: athenaTables('lake_1'),
      workgroup: 'reports',
      listPrices: [{ service: 'S3', meter: "o'clock", usd: '0.40', per: 1_000_000, as_of: utcDayOf(0) }],
      registry: buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', name: "Acme's", namespaces: [] })] }),
    },
    {
      athena: new AthenaClient({ region: 'eu-west-1' }),
      s3: new S3Client({ region: 'eu-west-1' }),
      pacing,
    },
  );
const sent = () => athena.commandCalls(StartQueryExecutionCommand).map((call) => call.args[0].input.QueryString ?? '');

beforeEach(() => {
  athena.reset();
  s3.reset();
  s3.on(ListObjectsV2Command).resolves({});
  athena
    .on(GetTableMetadataCommand)
    .resolves({ TableMetadata: { Name: 'events', Parameters: { location: 's3://lake/data/events' } } });
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q-1' });
  athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status: { State: 'SUCCEEDED' } } });
  athena.on(GetQueryResultsCommand).resolves({
    ResultSet: { ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'bigint' }] }, Rows: [] },
  });
});

describe('openAthenaLake', () => {
  it('puts the views a statement reads in front of it, and leaves its conditions where they are', async () => {
    await open().query("select body from events where tenant_id = 'acme' and dt >= '2026-11-22'");
    expect(sent()[0]).toMatch(
      /^with events as \(select "tenant_id", "dt", .* from "lake_1"\."events" where true\)\nselect body from events where tenant_id = 'acme' and dt >= '2026-11-22'$/,
    );
  });

  it('joins them to the common table expressions a statement has of its own', async () => {
    await open().query('with a as (select * from ledger) select count(*) from a join tenants on true');
    expect(sent()[0]).toMatch(
      /^with ledger as \(.*"lake_1"\."usage".*\),\ntenants as \(.*\),\s+a as \(select \* from ledger\)/s,
    );
    expect(sent()[0]).toContain(`values ('acme', 'Acme''s', '')`);
  });

  it.each([
    ['ledger', '"lake_1"."usage"', 'quantity_micros'],
    ['booked_events', '"lake_1"."booked_events"', 'arrival_through'],
    ['event_usage', '"lake_1"."events" l cross join unnest(l.usage)', 'emitter'],
    ['quarantine', '"lake_1"."errors"', 'reason'],
    ['list_prices', "values ('S3', 'o''clock', '400000')", 'picodollars_per_unit'],
  ])('has %s', async (view, from, column) => {
    await open().query(`select * from ${view}`);
    expect(sent()[0]).toContain(from);
    expect(sent()[0]).toContain(column);
  });

  it('says which views it has, and how many tenants one statement may name', () => {
    const { views, longestTenantList, usdPerTb } = open();
    expect(views).toEqual(['ledger', 'booked_events', 'events', 'event_usage', 'quarantine', 'list_prices', 'tenants']);
    expect(longestTenantList).toBe(1000);
    expect(usdPerTb).toBe(5);
  });

  it('does so for every way to ask: several at once, as a stream, in the background, explained', async () => {
    const engine = open();
    await engine.queryAll(['select 1 from ledger', 'select 2 from ledger']);
    await engine.stream('select 3 from ledger');
    await engine.background.start('select 4 from ledger');
    await engine.explain('select 5 from ledger');
    expect(sent()).toHaveLength(5);
    for (const sql of sent()) expect(sql).toContain('with ledger as (');
    expect(sent()[4]).toMatch(/^explain with /);
  });

  it('keeps what stands behind a statement, by which its report is found again', async () => {
    await open().background.start('select 1 from ledger\n-- tenantscope: {"report":"x"}');
    expect(sent()[0]).toMatch(/\n-- tenantscope: \{"report":"x"\}$/);
  });

  it('reads a plan as Athena gives it: a line a row', async () => {
    athena.on(GetQueryResultsCommand).resolves({
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: [{ Name: 'Query Plan', Type: 'varchar' }] },
        Rows: [{ Data: [{ VarCharValue: 'Fragment 0' }] }, { Data: [{ VarCharValue: '    Output' }] }],
      },
    });
    expect(await open().explain('select 1')).toBe('Fragment 0\n    Output');
  });

  it('looks once where the lines are, and again after ten minutes', async () => {
    const pacing = virtualPacing();
    const engine = open(pacing);
    await engine.query("select body from events where tenant_id = 'acme'");
    await engine.query("select * from event_usage where emitter = 'acme'");
    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(1);
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input).toMatchObject({
      Bucket: 'lake',
      Prefix: 'data/events_compacted/',
    });
    await pacing.sleep(11 * 60_000, new AbortController().signal);
    await engine.query("select body from events where tenant_id = 'acme'");
    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(2);
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(0);
  });

  it('does not look for a statement that reads no line', async () => {
    await open().query('select count(*) from ledger');
    expect(athena.commandCalls(GetTableMetadataCommand)).toHaveLength(0);
  });

  it('asks nothing of lines whose place it cannot see, and looks anew the next time', async () => {
    const denied = new S3ServiceException({ name: 'AccessDenied', $fault: 'client', message: 'no', $metadata: {} });
    s3.on(ListObjectsV2Command).rejectsOnce(denied).resolves({});
    const engine = open();
    await expect(engine.query("select 1 from events where tenant_id = 'a'")).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringMatching(/s3:ListBucket/),
    });
    expect(sent()).toEqual([]);
    await engine.query("select 1 from events where tenant_id = 'a'");
    expect(sent()).toHaveLength(1);
    athena
      .on(GetTableMetadataCommand)
      .resolves({ TableMetadata: { Name: 'events', Parameters: { location: 's3://lake/data/other' } } });
    await expect(open().query("select 1 from events where tenant_id = 'a'")).rejects.toThrow(
      /not over the events of a lake: expected s3:\/\/bucket\/prefix\/events\/, got s3:\/\/lake\/data\/other\//,
    );
  });

  it('refuses a name that is none of a database before anything is sent', () => {
    for (const name of ['', 'Lake', 'a"b', 'a.b', 'x'.repeat(256)]) {
      expect(() => athenaTables(name), name).toThrow(/--athena-database is not usable/);
    }
  });
});
