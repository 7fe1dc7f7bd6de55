import { AthenaClient, GetTableMetadataCommand, InvalidRequestException } from '@aws-sdk/client-athena';
import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildRegistry } from '../../../../model/index.js';
import { athenaTables } from '../../../../queries/engines/athena/athenaTables.js';
import { openAthenaLake } from '../../../../queries/engines/athena/openAthenaLake.js';
import type { ViewRead } from '../../../../queries/engines/DataFile.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const s3 = mockClient(S3Client);
const ROOT = 'data/events/';
const PARTITIONS = ['acme', 'acme-2', 'globex'].flatMap((tenant) =>
  ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'].map((dt) => `tenant_id=${tenant}/dt=${dt}`),
);
const OBJECTS = [
  ...PARTITIONS.flatMap((partition) => [`${ROOT}${partition}/a.parquet`, `${ROOT}${partition}/b.parquet`]),
  `${ROOT}tenant_id=acme/dt=2026-11-22/_temporary/c.parquet`,
  `${ROOT}tenant_id=acme/dt=2026-11-22/.hidden`,
].sort();
/** A bucket that lists as S3 does, five keys a page. */
const list = ({ Prefix = '', StartAfter = '', ContinuationToken = '' }) => {
  if (Prefix.includes('events_compacted/')) return {};
  const keys = OBJECTS.filter(
    (key) => key.startsWith(Prefix) && key > (ContinuationToken === '' ? StartAfter : ContinuationToken),
  );
  const page = keys.slice(0, 5);
  return {
    Contents: page.map((Key) => ({ Key, Size: 100 })),
    ...(keys.length > 5 ? { NextContinuationToken: page.at(-1) } : {}),
  };
};
const metadata = (parameters: Readonly<Record<string, string>>) => ({
  TableMetadata: { Name: 't', Parameters: parameters },
});
const text = (value: object) => ({ Body: { transformToString: async () => JSON.stringify(value) } as never });
const open = () =>
  openAthenaLake(
    {
      tables: athenaTables('lake'),
      workgroup: 'reports',
      callAttempts: 2,
      listPrices: [],
      registry: buildRegistry({ tenants: [] }),
    },
    {
      athena: new AthenaClient({ region: 'eu-west-1' }),
      s3: new S3Client({ region: 'eu-west-1' }),
      pacing: virtualPacing(),
    },
  );
const files = (...reads: ViewRead[]) => open().files?.(reads) ?? Promise.reject(new Error('no files'));
const pathsOf = async (...reads: ViewRead[]) =>
  (await files(...reads)).map(({ path }) => path.replace(`s3://lake/${ROOT}`, ''));
/** Listings of objects, less the looks whether any were compacted, or a tenant erased. */
const listings = () =>
  s3
    .commandCalls(ListObjectsV2Command)
    .map((call) => call.args[0].input)
    .filter(({ Prefix }) => !/compacted|erasures/.test(Prefix ?? ''));
const november = { first: '2026-11-21', last: '2026-11-22' };

beforeEach(() => {
  athena.reset();
  s3.reset();
  athena.on(GetTableMetadataCommand, { TableName: 'events' }).resolves(metadata({ location: `s3://lake/${ROOT}` }));
  athena.on(GetTableMetadataCommand, { TableName: 'errors' }).resolves(metadata({ location: 's3://lake/data/errors' }));
  athena.on(GetTableMetadataCommand, { TableName: 'usage' }).resolves(
    metadata({
      table_type: 'ICEBERG',
      location: 's3://lake/ledger/usage',
      metadata_location: 's3://lake/ledger/usage/metadata/7.json',
    }),
  );
  s3.on(ListObjectsV2Command).callsFake(list);
});

describe("the objects a report's statements can read on Athena", () => {
  it('are those of the tenants and dates it names, by one listing a tenant', async () => {
    expect(await pathsOf({ view: 'events', columns: ['body'], tenants: ['acme', 'globex'], dates: november })).toEqual(
      ['acme', 'globex'].flatMap((tenant) =>
        ['2026-11-21', '2026-11-22'].flatMap((dt) =>
          ['a', 'b'].map((name) => `tenant_id=${tenant}/dt=${dt}/${name}.parquet`),
        ),
      ),
    );
    expect(listings()[0]).toMatchObject({
      Bucket: 'lake',
      Prefix: `${ROOT}tenant_id=acme/dt=`,
      StartAfter: `${ROOT}tenant_id=acme/dt=2026-11-21`,
    });
  });

  it('are not listed on beyond the last date', async () => {
    await pathsOf({
      view: 'events',
      columns: [],
      tenants: ['acme'],
      dates: { first: '2026-11-20', last: '2026-11-20' },
    });
    expect(listings()).toHaveLength(1);
  });

  it('are all of them when it names no tenant, and of these dates still', async () => {
    expect(await pathsOf({ view: 'events', columns: [] })).toHaveLength(24);
    expect(await pathsOf({ view: 'event_usage', columns: [], dates: november })).toHaveLength(12);
    expect(await pathsOf({ view: 'events', columns: [], tenants: ['acme'] })).toHaveLength(8);
    expect(await pathsOf({ view: 'events', columns: [], tenants: ['nobody'], dates: november })).toEqual([]);
  });

  it('are each once, however many views of a statement read them', async () => {
    const read = { columns: [], tenants: ['acme'], dates: november };
    expect(await pathsOf({ view: 'events', ...read }, { view: 'event_usage', ...read })).toHaveLength(4);
  });

  it('of an Iceberg table are one, with the bytes of its current snapshot', async () => {
    // Ids that a double cannot tell apart.
    const snapshots = [
      { 'snapshot-id': 1, summary: { 'total-files-size': '7' } },
      { 'snapshot-id': 2, summary: { 'total-files-size': '1234567' } },
    ];
    const body = JSON.stringify({ 'format-version': 2, 'current-snapshot-id': 2, snapshots })
      .replaceAll('"snapshot-id":1', '"snapshot-id":9007199254740992')
      .replaceAll('-id":2', '-id":9007199254740993');
    s3.on(GetObjectCommand, { Bucket: 'lake', Key: 'ledger/usage/metadata/7.json' }).resolves({
      Body: { transformToString: async () => body } as never,
    });
    expect(await files({ view: 'ledger', columns: ['tenant_id'] })).toEqual([
      { path: 's3://lake/ledger/usage/', bytes: 1_234_567 },
    ]);
    expect(listings()).toHaveLength(0);
  });

  it.each([[{ 'current-snapshot-id': -1 }], [{ 'current-snapshot-id': null, snapshots: [] }], [{}]])(
    'of an Iceberg table before its first booking are empty: %j',
    async (body) => {
      s3.on(GetObjectCommand).resolves(text(body));
      expect(await files({ view: 'ledger', columns: [] })).toEqual([{ path: 's3://lake/ledger/usage/', bytes: 0 }]);
    },
  );

  it.each([
    [{ 'current-snapshot-id': 5, snapshots: [] }, /no total-files-size/],
    [{ 'current-snapshot-id': 5, snapshots: [{ 'snapshot-id': 5, summary: { 'total-files-size': 'x' } }] }, /no total/],
    [[], /expected/i],
  ])('are not guessed from metadata that does not say: %j', async (body, message) => {
    s3.on(GetObjectCommand).resolves(text(body));
    await expect(files({ view: 'ledger', columns: [] })).rejects.toMatchObject({
      code: 'READ_FAILED',
      message: expect.stringMatching(message),
    });
  });

  it('are none of rows the statement holds itself', async () => {
    expect(await files({ view: 'tenants', columns: [] }, { view: 'list_prices', columns: [] })).toEqual([]);
    expect(athena.calls()).toHaveLength(0);
  });

  it('cannot be told of a table that is not there', async () => {
    athena.on(GetTableMetadataCommand).resolves(metadata({ classification: 'csv' }));
    await expect(files({ view: 'quarantine', columns: [] })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/lake\.errors: .*where a table lies.*no location[\s\S]*docs\/athena\.md/),
    });
    athena
      .on(GetTableMetadataCommand)
      .rejects(new InvalidRequestException({ message: 'EntityNotFoundException: Table not found', $metadata: {} }));
    await expect(files({ view: 'quarantine', columns: [] })).rejects.toThrow(/Table not found/);
  });

  it('need a role that may list them', async () => {
    s3.on(ListObjectsV2Command).rejects(
      new S3ServiceException({ name: 'AccessDenied', $fault: 'client', message: 'no', $metadata: {} }),
    );
    await expect(files({ view: 'quarantine', columns: [] })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringMatching(/s3:ListBucket and s3:GetObject on the bucket of the lake/),
    });
  });

  it('are asked for again when S3 asks for fewer calls', async () => {
    const slow = new S3ServiceException({ name: 'SlowDown', $fault: 'server', message: 'slow', $metadata: {} });
    s3.on(ListObjectsV2Command).rejectsOnce(slow).callsFake(list);
    expect(await pathsOf({ view: 'events', columns: [], tenants: ['acme'], dates: november })).toHaveLength(4);
  });
});
