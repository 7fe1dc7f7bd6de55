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
import { openAthenaLake, openAthenaTenant } from '../../../../queries/engines/athena/openAthenaLake.js';
import { erasedHash } from '../../../../queries/lake/ErasedTenants.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const s3 = mockClient(S3Client);
const OPTIONS = {
  tables: athenaTables('lake_1'),
  workgroup: 'reports',
  listPrices: [{ service: 'S3', meter: "o'clock", usd: '0.40', per: 1_000_000, as_of: utcDayOf(0) }],
  registry: buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', name: "Acme's", namespaces: [] })] }),
};
const clients = (pacing = virtualPacing()) => ({
  athena: new AthenaClient({ region: 'eu-west-1' }),
  s3: new S3Client({ region: 'eu-west-1' }),
  pacing,
});
const open = (pacing = virtualPacing()) => openAthenaLake(OPTIONS, clients(pacing));
/** What was sent, less the look which bookings are finished. */
const sent = () =>
  athena
    .commandCalls(StartQueryExecutionCommand)
    .map((call) => call.args[0].input.QueryString ?? '')
    .filter((sql) => !sql.startsWith('select max(manifest)'));

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
      /^with ledger as \(with counted as \(.*"lake_1"\."usage".*\),\ntenants as \(.*\),\s+a as \(select \* from ledger\)/s,
    );
    expect(sent()[0]).toContain(`values ('acme', 'Acme''s', '', 'default')`);
  });

  it.each([
    ['ledger', 'from "lake_1"."usage" where attempt in (select attempt from counted)', 'quantity_micros'],
    ['booked_events', 'cast("event_hour" as timestamp(3)) as "event_hour"', '"lake_1"."bookings" where'],
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
    expect(views).toEqual([
      'ledger',
      'booked_events',
      'events',
      'event_usage',
      'quarantine',
      'list_prices',
      'tenants',
      'quotas',
    ]);
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
    const listed = s3.commandCalls(ListObjectsV2Command).map((call) => call.args[0].input);
    expect(listed.map(({ Bucket, Prefix }) => `${Bucket} ${Prefix}`)).toEqual([
      'lake data/events_compacted/',
      'lake data/erasures/',
    ]);
    await pacing.sleep(11 * 60_000, new AbortController().signal);
    await engine.query("select body from events where tenant_id = 'acme'");
    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(4);
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(0);
  });

  it('shows no line of an erased tenant, and of what others print about it only how much', async () => {
    const erasure = {
      ...{ version: 1, kind: 'erasure', number: 1, erased_at: '2026-11-23T00:00:00Z', salt: 'ab'.repeat(16) },
      ...{ tenant: erasedHash('acme', 'ab'.repeat(16)), record: 'erasures/a.json', record_sha256: '0'.repeat(64) },
    };
    s3.on(ListObjectsV2Command, { Prefix: 'data/erasures/' }).resolves({
      Contents: [{ Key: 'data/erasures/a.json', Size: 1 }],
    });
    s3.on(ListObjectsV2Command, { Prefix: 'data/ledger/manifests/' }).resolves({
      Contents: [{ Key: 'data/ledger/manifests/0000000001.json' }],
    });
    s3.on(GetObjectCommand).resolves({ Body: { transformToString: async () => JSON.stringify(erasure) } as never });
    await open().query("select body from events where tenant_id = '_shared'");
    await open().query("select * from event_usage where emitter = '_shared'");
    for (const sql of sent()) expect(sql).toContain(`from "lake_1"."events" where "tenant_id" not in ('acme'))`);
    expect(sent()[0]).toContain(`u -> if(u."tenant_id" in ('acme'), cast(row('_erased', u."service", '',`);
    expect(sent()[1]).toContain(`if("tenant_id" in ('acme'), '_erased', "tenant_id") as "tenant_id"`);
  });

  it('looks nowhere for a statement that reads neither lines nor the ledger', async () => {
    await open().query('select count(*) from tenants');
    expect(athena.commandCalls(GetTableMetadataCommand)).toHaveLength(0);
    expect(s3.calls()).toHaveLength(0);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(1);
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

  const manifest = (number: number, kind = 'booking') => ({
    Body: {
      transformToString: async () =>
        JSON.stringify({
          version: 1,
          kind,
          number,
          booked_date: '2026-11-22',
          ...(kind === 'booking'
            ? {
                objects: [
                  { object: 'events/tenant_id=acme/dt=2026-11-22/a', emitter: 'acme', dt: '2026-11-22', rows: 1 },
                ].map((object) => ({ ...object, id_hour_min: null, id_hour_max: null, event_hours: [] })),
              }
            : {}),
        }),
    } as never,
  });
  const finished = (number: string | null) =>
    athena.on(GetQueryResultsCommand).resolves({
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: [{ Name: '_col0', Type: 'bigint' }] },
        Rows: [{ Data: [number === null ? {} : { VarCharValue: number }] }],
      },
    });

  it('looks once which bookings of the log are not finished, behind the last that is', async () => {
    finished('7');
    s3.on(ListObjectsV2Command).resolves({
      Contents: ['0000000008.json', '0000000009.json', '0000000009.lock'].map((name) => ({
        Key: `data/ledger/manifests/${name}`,
      })),
    });
    s3.on(GetObjectCommand, { Key: 'data/ledger/manifests/0000000008.json' }).resolves(manifest(8, 'seal'));
    s3.on(GetObjectCommand, { Key: 'data/ledger/manifests/0000000009.json' }).resolves(manifest(9));
    const engine = open();
    expect(engine.gaps).toEqual([]);
    await engine.query('select count(*) from ledger');
    await engine.query('select count(*) from booked_events');
    expect(engine.gaps).toEqual([
      'booking 9 of 1 objects is not finished: these figures are not complete; run: tenantscope ledger build',
    ]);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(3);
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input).toMatchObject({
      Prefix: 'data/ledger/manifests/',
      StartAfter: 'data/ledger/manifests/0000000007.json',
    });
  });

  it('counts them when they are many, and says so when it cannot look', async () => {
    finished(null);
    s3.on(ListObjectsV2Command).resolves({
      Contents: Array.from({ length: 101 }, (_, index) => ({
        Key: `data/ledger/manifests/${String(index + 1).padStart(10, '0')}.json`,
      })),
    });
    const many = open();
    await many.query('select count(*) from ledger');
    expect(many.gaps).toEqual([expect.stringMatching(/^101 entries of the log are not booked: these figures are not/)]);
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'data/ledger/manifests/0000000001.json' }] });
    s3.on(GetObjectCommand).resolves({ Body: { transformToString: async () => '{' } as never });
    const damaged = open();
    await damaged.query('select count(*) from ledger');
    expect(damaged.gaps[0]).toMatch(/could not be looked up: entry 0000000001\.json of the log cannot be read/);
    s3.on(ListObjectsV2Command).rejects(
      new S3ServiceException({ name: 'AccessDenied', $fault: 'client', message: 'no', $metadata: {} }),
    );
    const blind = open();
    expect((await blind.query('select count(*) from ledger')).columns).toHaveLength(1);
    expect(blind.gaps).toEqual([
      expect.stringMatching(/^whether every booking is finished could not be looked up: s3:/),
    ]);
  });

  it('of one tenant has its rows only, and says how far the data of all goes', async () => {
    const tenant = tenantSchema.parse({ id: 'acme', namespaces: [] }).id;
    const answers: Readonly<Record<string, readonly string[]>> = {
      'select max(event_hour)': ['2026-11-22 10:00:00.000', '2026-11-22 12:30:00.000'],
      'select max(manifest)': ['7'],
    };
    athena.on(StartQueryExecutionCommand).callsFake(({ QueryString }) => ({ QueryExecutionId: QueryString }));
    athena.on(GetQueryResultsCommand).callsFake(({ QueryExecutionId: sql }) => {
      const row = Object.entries(answers).find(([start]) => sql.includes(start))?.[1] ?? [];
      const Type = row.length === 2 ? 'timestamp' : 'bigint';
      return {
        ResultSet: {
          ResultSetMetadata: { ColumnInfo: (row.length === 0 ? ['1'] : row).map(() => ({ Name: 'c', Type })) },
          Rows: row.length === 0 ? [] : [{ Data: row.map((VarCharValue) => ({ VarCharValue })) }],
        },
      };
    });
    s3.on(ListObjectsV2Command, { Prefix: 'data/ledger/manifests/' }).resolves({
      Contents: [{ Key: 'data/ledger/manifests/0000000008.json' }],
    });
    s3.on(GetObjectCommand).resolves(manifest(8));
    const engine = await openAthenaTenant(OPTIONS, tenant, clients());
    expect(engine).toMatchObject({ tenant: 'acme', dataThrough: Date.parse('2026-11-22T11:00:00Z') });
    expect(engine.views).not.toContain('quarantine');
    await engine.query('select count(*) from ledger');
    await engine.query('select body from events');
    expect(sent().at(-2)).toMatch(
      /^with ledger as \(select \* from \(.*\) where "tenant_id" = 'acme'\)\nselect count/s,
    );
    expect(sent().at(-1)).toMatch(/^with events as \(select \* from \(.*\) where "tenant_id" = 'acme'\)\nselect body/s);
    // Not how many of whose.
    expect(engine.gaps).toEqual(['not all that came in is booked yet: these figures may not be complete']);
    await engine.close();
  });

  it('refuses a name that is none of a database before anything is sent', () => {
    for (const name of ['', 'Lake', 'a"b', 'a.b', 'x'.repeat(256)]) {
      expect(() => athenaTables(name), name).toThrow(/--athena-database is not usable/);
    }
  });
});
