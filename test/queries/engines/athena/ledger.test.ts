import { AthenaClient, GetTableMetadataCommand, InvalidRequestException } from '@aws-sdk/client-athena';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildRegistry } from '../../../../model/index.js';
import { athenaTables } from '../../../../queries/engines/athena/athenaTables.js';
import { openAthenaLedger } from '../../../../queries/engines/athena/openAthenaLedger.js';
import { bookedSet } from '../../bookedSet.js';
import { virtualPacing } from './virtualPacing.js';

const athena = mockClient(AthenaClient);
const s3 = mockClient(S3Client);
const NOON = Date.UTC(2026, 10, 22, 12);
const at = (location: string) =>
  athena.on(GetTableMetadataCommand).resolves({ TableMetadata: { Name: 'events', Parameters: { location } } });
const open = () =>
  openAthenaLedger(
    {
      tables: athenaTables('tenantscope'),
      workgroup: 'ledger',
      deadlineMs: 60_000,
      listPrices: [],
      registry: buildRegistry({ tenants: [] }),
    },
    () => NOON,
    {
      athena: new AthenaClient({ region: 'eu-west-1' }),
      s3: new S3Client({ region: 'eu-west-1' }),
      pacing: virtualPacing(),
    },
  );

beforeEach(() => {
  athena.reset();
  s3.reset();
  s3.on(ListObjectsV2Command).resolves({});
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'none', $metadata: { httpStatusCode: 404 } }));
});

describe('openAthenaLedger', () => {
  it.each([
    ['s3://lake/events/', 's3://lake', ''],
    ['s3://lake/of/us/events', 's3://lake/of/us', 'of/us/'],
  ])('of lines at %s keeps its tables, its log and its objects below %s', async (location, lake, prefix) => {
    at(location);
    const { ledger, store, source } = await open();
    expect(ledger.place).toEqual({
      dialect: 'athena',
      catalog: 'awsdatacatalog',
      schema: 'tenantscope',
      warehouse: `${lake}/ledger/tables`,
    });
    expect(ledger.objects).toMatchObject({ name: '"tenantscope"."events"', location: lake });
    s3.on(ListObjectsV2Command).resolves({
      Contents: [{ Key: `${prefix}events_compacted/dt=1/one.parquet`, Size: 7 }],
    });
    expect(await ledger.objects.compacted?.files()).toEqual(['events_compacted/dt=1/one.parquet']);
    s3.resetHistory();
    await store.list('ledger/manifests');
    s3.on(ListObjectsV2Command).resolves({
      Contents: [{ Key: `${prefix}events/tenant_id=acme/dt=2026-11-22/one.parquet`, Size: 7, ETag: '"e"' }],
    });
    expect(await source.list(bookedSet())).toMatchObject({
      objects: [
        { path: 'events/tenant_id=acme/dt=2026-11-22/one.parquet', emitter: 'acme', dt: '2026-11-22', etag: 'e' },
      ],
    });
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input).toMatchObject({
      Bucket: 'lake',
      Prefix: `${prefix}ledger/manifests/`,
    });
  });

  it('says what is missing when there is no table of lines', async () => {
    athena
      .on(GetTableMetadataCommand)
      .rejects(new InvalidRequestException({ message: 'EntityNotFoundException: no such table', $metadata: {} }));
    await expect(open()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/looking where the lake is: .*no such table/),
    });
    at('s3://lake/lines/');
    await expect(open()).rejects.toThrow(/not over the events of a lake/);
  });
});
